using LinuxMem.Engine.Texts;
using Microsoft.Win32.SafeHandles;

namespace LinuxMem.Engine.Native;

/// <summary>Temporary files that nobody else can open, and that are gone once they are closed, even by a kill.</summary>
/// <remarks>Makes no call of its own: lies here because it is <see cref="NewFile"/> with a way out for file systems without O_TMPFILE.</remarks>
internal static class UnnamedFile
{
    /// <summary>Makes one. On a file system without O_TMPFILE it bears a name that nobody can guess, until it is open.</summary>
    /// <exception cref="LinuxMemException">No file can be made in the folder.</exception>
    public static FileStream Create(string folder, int bufferSize = 0)
    {
        if (!Libc.IsThere)
        {
            return CreateDeletedOnClose(folder, bufferSize);
        }

        using FileDescriptor place = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(folder), 0]);
        FileDescriptor file = place.IsOpen ? NewFile.CreateUnnamed(place, mayBeNamed: false) : place;
        if (place.IsOpen && !file.IsOpen)
        {
            byte[] name = [.. System.Text.Encoding.ASCII.GetBytes($".linuxmem-{Guid.NewGuid():N}"), 0];
            file = NewFile.Create(place, name);
            if (file.IsOpen)
            {
                DirectoryEntry.Unlink(place, name);
            }
        }

        return file.IsOpen
            ? new FileStream(new SafeFileHandle(file.Number, ownsHandle: true), FileAccess.ReadWrite, bufferSize)
            : throw new LinuxMemException(LinuxMemError.SystemError, $"No file for passing use can be made in '{folder}': {Errno.Describe(file.Error)}. Set TMPDIR to a folder that may be written to.", folder);
    }

    /// <summary>Where there is no Linux, the file has a name while it is open.</summary>
    private static FileStream CreateDeletedOnClose(string folder, int bufferSize)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose, BufferSize = bufferSize };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(Path.Combine(folder, $".linuxmem-{Guid.NewGuid():N}"), options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LinuxMemException(LinuxMemError.SystemError, $"No file for passing use can be made in '{folder}': {e.Message} Set TMPDIR (on Windows, TMP) to a folder that may be written to.", folder, e);
        }
    }
}
