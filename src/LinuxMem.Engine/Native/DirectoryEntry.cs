using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>linkat(2), renameat2(2) and unlinkat(2): gives files their names, changes and removes them.</summary>
/// <remarks>Names end with a NUL byte and are looked up in an open folder, which nobody can exchange for another meanwhile.</remarks>
internal static partial class DirectoryEntry
{
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_FOLLOW = 0x400;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint RENAME_NOREPLACE = 1;

    /// <summary>Gives an open file a name that is free; returns 0 or the error number (EEXIST when it is not).</summary>
    public static int Link(FileDescriptor file, FileDescriptor folder, ReadOnlySpan<byte> name)
    {
        // By the descriptor itself, which needs CAP_DAC_READ_SEARCH; else by its path in /proc.
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

    /// <summary>Gives a file a second name that is free; returns 0 or the error number.</summary>
    public static int Link(FileDescriptor folder, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        linkat(folder.Number, in MemoryMarshal.GetReference(from), folder.Number, in MemoryMarshal.GetReference(to), 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Changes a file's name atomically.</summary>
    /// <param name="folder">The folder of both.</param>
    /// <param name="from">The name that it has.</param>
    /// <param name="to">The name that it gets.</param>
    /// <param name="replace">Whether it may take the name from another file.</param>
    /// <returns>0, or the error number; EINVAL or ENOSYS where the kernel or the file system can only replace.</returns>
    public static int Rename(FileDescriptor folder, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool replace)
    {
        int failed = replace
            ? renameat(folder.Number, in MemoryMarshal.GetReference(from), folder.Number, in MemoryMarshal.GetReference(to))
            : renameat2(folder.Number, in MemoryMarshal.GetReference(from), folder.Number, in MemoryMarshal.GetReference(to), RENAME_NOREPLACE);
        return failed == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Takes a name away.</summary>
    public static void Unlink(FileDescriptor folder, ReadOnlySpan<byte> name) => _ = unlinkat(folder.Number, in MemoryMarshal.GetReference(name), 0);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int linkat(int from, in byte name, int to, in byte newName, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat(int from, in byte name, int to, in byte newName);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat2(int from, in byte name, int to, in byte newName, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(int directory, in byte name, int flags);
}
