using LinuxMem.Engine.Native;
using Microsoft.Win32.SafeHandles;

namespace LinuxMem.Engine.Sources;

/// <summary>Opens the file of a snapshot for reading.</summary>
internal static class OrdinaryFile
{
    private const int BufferSize = 4096;
    private const int Attempts = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Opens the very file that was found to be an ordinary one. Whoever holds a lease on it (fcntl(2)) is told by the
    /// attempt, and has a moment to give it back.
    /// </summary>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="place">The file, opened as a place.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="LinuxMemException">It may not be read.</exception>
    public static FileStream Open(string path, FileDescriptor place, CancellationToken cancellation)
    {
        FileDescriptor file = place.Reopen();
        for (int i = 0; !file.IsOpen && file.Error == Errno.EAGAIN && i < Attempts; i++)
        {
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
            file = place.Reopen();
        }

        return file.IsOpen
            ? new FileStream(new SafeFileHandle(file.Number, ownsHandle: true), FileAccess.Read, BufferSize)
            : throw new LinuxMemException(LinuxMemError.NotProc, file.Error == Errno.EAGAIN
                ? $"'{path}' may not be read now: another program holds a lease on it (fcntl(2)) and does not give it back. Copy the file, and read the copy."
                : $"'{path}' may not be read: {Errno.Describe(file.Error)}.", path);
    }

    /// <summary>Opens a file where there is no Linux.</summary>
    /// <exception cref="LinuxMemException">It is not there, a folder, or may not be read.</exception>
    public static FileStream OpenPlainly(string path)
    {
        const string Wanted = "Give the file of a snapshot: nothing else can be read on this system.";
        try
        {
            return Directory.Exists(path)
                ? throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is a folder. {Wanted}", path)
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' may not be read: {e.Message} {Wanted}", path, e);
        }
    }
}
