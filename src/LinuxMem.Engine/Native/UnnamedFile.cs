using LinuxMem.Engine.Texts;
using Microsoft.Win32.SafeHandles;

namespace LinuxMem.Engine.Native;

/// <summary>Files for passing use that nobody else can open, and that are gone when they are closed, even by a kill.</summary>
internal static class UnnamedFile
{
    /// <summary>Makes one. Where the file system has no files without a name, it has one that nobody can guess, until it is open.</summary>
    /// <exception cref="LinuxMemException">No file can be made in the folder.</exception>
    public static FileStream Create(string folder, int bufferSize = 0)
    {
        using FileDescriptor place = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(folder), 0]);
        FileDescriptor file = place.IsOpen ? NewFile.CreateUnnamed(place, mayBeNamed: false) : place;
        if (place.IsOpen && !file.IsOpen)
        {
            byte[] name = [.. System.Text.Encoding.ASCII.GetBytes($".linuxmem-{Guid.NewGuid():N}"), 0];
            file = NewFile.Create(place, name);
            if (file.IsOpen)
            {
                NewFile.Remove(place, name);
            }
        }

        return file.IsOpen
            ? new FileStream(new SafeFileHandle(file.Number, ownsHandle: true), FileAccess.ReadWrite, bufferSize)
            : throw new LinuxMemException(LinuxMemError.SystemError, $"No file for passing use can be made in '{folder}': {Errno.Describe(file.Error)}. Set TMPDIR to a folder that may be written to.", folder);
    }
}
