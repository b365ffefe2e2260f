using System.Runtime.InteropServices;
using static LinuxMem.Engine.Native.OpenFlags;

namespace LinuxMem.Engine.Native;

/// <summary>openat(2) with O_TMPFILE or with O_CREAT and O_EXCL: makes files, readable and writable for their owner only.</summary>
internal static partial class NewFile
{
    [CName("(S_IRUSR | S_IWUSR)")]
    private const int Mode = 0x180;

    /// <summary>Makes a file without a name, which is gone once it is closed, even by a kill.</summary>
    /// <param name="folder">On which file system.</param>
    /// <param name="mayBeNamed">Whether <see cref="DirectoryEntry.Link(FileDescriptor, FileDescriptor, ReadOnlySpan{byte})"/> may give it a name.</param>
    /// <returns>The file; not open where the file system has no such files (EOPNOTSUPP; EISDIR before Linux 3.11), or refuses.</returns>
    public static FileDescriptor CreateUnnamed(FileDescriptor folder, bool mayBeNamed) =>
        Open(folder, ".\0"u8, O_TMPFILE | O_RDWR | O_CLOEXEC | (mayBeNamed ? 0 : O_EXCL));

    /// <summary>Makes a file that was not there; <paramref name="name"/> ends with a NUL byte, and no link is followed.</summary>
    public static FileDescriptor Create(FileDescriptor folder, ReadOnlySpan<byte> name) =>
        Open(folder, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC);

    private static FileDescriptor Open(FileDescriptor folder, ReadOnlySpan<byte> name, int flags)
    {
        while (true)
        {
            int fd = openat(folder.Number, in MemoryMarshal.GetReference(name), flags, Mode);
            int error = fd >= 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR)
            {
                return new FileDescriptor(error == 0 ? fd : -error);
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(int directory, in byte path, int flags, int mode);
}
