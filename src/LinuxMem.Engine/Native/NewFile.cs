using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>openat(2) with O_TMPFILE or O_EXCL, linkat(2), renameat2(2), unlinkat(2) and fsync(2): files that are made, and get their names.</summary>
/// <remarks>Names end with a NUL byte and are looked up in an open folder, so that nobody can put another one in its place meanwhile.</remarks>
internal static partial class NewFile
{
    private const int O_RDWR = 2;
    private const int O_CREAT = 0x40;
    private const int O_EXCL = 0x80;
    private const int O_CLOEXEC = 0x80000;
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_FOLLOW = 0x400;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint RENAME_NOREPLACE = 1;

    /// <summary>Read and write for the owner, nothing for others.</summary>
    private const int Mode = 0x180;

    /// <summary>The one of these constants that is not the same on every architecture.</summary>
    private static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le ? 0x4000 : 0x10000;

    /// <summary>Makes a file without a name, which is gone when it is closed, however that comes about.</summary>
    /// <param name="folder">On which file system.</param>
    /// <param name="mayBeNamed">Whether <see cref="Link(FileDescriptor, FileDescriptor, ReadOnlySpan{byte})"/> may give it a name.</param>
    /// <returns>The file; not open where the file system has no such files (EOPNOTSUPP; EISDIR before Linux 3.11), or refuses.</returns>
    public static FileDescriptor CreateUnnamed(FileDescriptor folder, bool mayBeNamed) =>
        Open(folder, ".\0"u8, 0x400000 | O_DIRECTORY | O_RDWR | O_CLOEXEC | (mayBeNamed ? 0 : O_EXCL));

    /// <summary>Makes a file that was not there: no link is followed.</summary>
    public static FileDescriptor Create(FileDescriptor folder, ReadOnlySpan<byte> name) =>
        Open(folder, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC);

    /// <summary>Gives an open file a name that nothing has; returns 0 or the error number (EEXIST when something has it).</summary>
    public static int Link(FileDescriptor file, FileDescriptor folder, ReadOnlySpan<byte> name)
    {
        // By the descriptor itself, which takes a right that not everybody has; else by what /proc says of it.
        ReadOnlySpan<byte> itself = "\0"u8;
        if (linkat(file.Number, in MemoryMarshal.GetReference(itself), folder.Number, in MemoryMarshal.GetReference(name), AT_EMPTY_PATH) == 0)
        {
            return 0;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == Errno.EEXIST)
        {
            return error;
        }

        byte[] path = file.OwnPath();
        return linkat(AT_FDCWD, in path[0], folder.Number, in MemoryMarshal.GetReference(name), AT_SYMLINK_FOLLOW) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Gives a file a second name that nothing has; returns 0 or the error number.</summary>
    public static int Link(FileDescriptor folder, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        linkat(folder.Number, in MemoryMarshal.GetReference(from), folder.Number, in MemoryMarshal.GetReference(to), 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Changes a file's name, at once: whoever looks sees the one or the other.</summary>
    /// <param name="folder">The folder of both.</param>
    /// <param name="from">The name that it has.</param>
    /// <param name="to">The name that it gets.</param>
    /// <param name="replace">Whether that may be another file's, which then has none.</param>
    /// <returns>0, or the error number; EINVAL or ENOSYS where only <paramref name="replace"/> can be had.</returns>
    public static int Rename(FileDescriptor folder, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool replace)
    {
        int failed = replace
            ? renameat(folder.Number, in MemoryMarshal.GetReference(from), folder.Number, in MemoryMarshal.GetReference(to))
            : renameat2(folder.Number, in MemoryMarshal.GetReference(from), folder.Number, in MemoryMarshal.GetReference(to), RENAME_NOREPLACE);
        return failed == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Takes a name away.</summary>
    public static void Remove(FileDescriptor folder, ReadOnlySpan<byte> name) => _ = unlinkat(folder.Number, in MemoryMarshal.GetReference(name), 0);

    /// <summary>Waits until the file is on the disk; returns 0 or the error number. Where there is no disk, there is nothing to wait for.</summary>
    public static int Sync(FileDescriptor file) =>
        fsync(file.Number) == 0 || Marshal.GetLastPInvokeError() is Errno.EINVAL or Errno.EROFS ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>The same for the names in a folder, as far as it may be read.</summary>
    public static int SyncNames(FileDescriptor folder)
    {
        using FileDescriptor readable = Open(folder, ".\0"u8, O_DIRECTORY | O_CLOEXEC);
        return readable.IsOpen ? Sync(readable) : 0;
    }

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

    [LibraryImport("libc", SetLastError = true)]
    private static partial int linkat(int from, in byte name, int to, in byte newName, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat(int from, in byte name, int to, in byte newName);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat2(int from, in byte name, int to, in byte newName, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(int directory, in byte name, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);
}
