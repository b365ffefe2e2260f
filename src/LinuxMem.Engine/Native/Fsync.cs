using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>fsync(2): what was written is on the disk.</summary>
internal static partial class Fsync
{
    /// <summary>Waits until the file is on the disk; returns 0 or the error number. A file system without a disk (EINVAL, EROFS) is no error.</summary>
    public static int File(FileDescriptor file) =>
        fsync(file.Number) == 0 || Marshal.GetLastPInvokeError() is Errno.EINVAL or Errno.EROFS ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>The same for the names in a folder; 0 when it may not be read.</summary>
    public static int Names(FileDescriptor folder)
    {
        using FileDescriptor readable = folder.Open(".\0"u8);
        return readable.IsOpen ? File(readable) : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);
}
