using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>
/// name_to_handle_at(2): what the file system itself tells a file by, also one without a name. Of files in memory a part of it is
/// drawn at random when the file is made: no other file ever has it, whatever its number.
/// </summary>
/// <remarks>Nothing is opened, and no right to the file is needed.</remarks>
internal static partial class FileHandle
{
    private const int AT_SYMLINK_FOLLOW = 0x400;
    private const int MAX_HANDLE_SZ = 128;

    /// <summary>Reads the beginning of the handle of a file; returns 0 or the error number.</summary>
    /// <param name="folder">The folder to look the path up in.</param>
    /// <param name="path">The path, with a NUL byte behind; links are followed.</param>
    /// <param name="handle">Its first eight bytes, missing ones being 0: of a tmpfs the random number, and half of the inode.</param>
    public static int Read(FileDescriptor folder, ReadOnlySpan<byte> path, out ulong handle)
    {
        Span<uint> answer = stackalloc uint[2 + (MAX_HANDLE_SZ / sizeof(uint))];
        answer.Clear();
        answer[0] = MAX_HANDLE_SZ;
        int result = name_to_handle_at(folder.Number, in MemoryMarshal.GetReference(path), ref MemoryMarshal.GetReference(answer), out _, AT_SYMLINK_FOLLOW);
        handle = result == 0 ? answer[2] | ((ulong)answer[3] << 32) : 0;
        return result == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>True when the error says that such files have no handles (hugetlbfs), or this kernel none at all.</summary>
    public static bool IsUnsupported(int error) => error is Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EPERM or Errno.EOVERFLOW;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int name_to_handle_at(int directory, in byte path, ref uint handle, out int mountId, int flags);
}
