using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>statvfs(3): how large a file system is, and how much of it is in use.</summary>
/// <remarks>The C library's form of statfs(2), because its fields are the same on every 64-bit architecture.</remarks>
internal static partial class Statvfs
{
    /// <summary>Asks about the file system that the descriptor lies on; returns 0 or the error number.</summary>
    public static int Read(FileDescriptor descriptor, out Usage usage)
    {
        if (fstatvfs(descriptor.Number, out Answer answer) != 0)
        {
            usage = default;
            return Marshal.GetLastPInvokeError();
        }

        usage = new Usage(answer.FragmentSize, answer.Blocks, answer.FreeBlocks, answer.Inodes, answer.FreeInodes);
        return 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatvfs(int fd, out Answer answer);

    /// <summary>How large a file system is, and how full.</summary>
    /// <param name="BlockSize">Bytes of a block (<c>f_frsize</c>).</param>
    /// <param name="Blocks">Blocks of the file system; 0 for one without a limit.</param>
    /// <param name="FreeBlocks">Blocks not in use.</param>
    /// <param name="Inodes">Files it may hold; 0 for no limit.</param>
    /// <param name="FreeInodes">Files it may still take.</param>
    public readonly record struct Usage(ulong BlockSize, ulong Blocks, ulong FreeBlocks, ulong Inodes, ulong FreeInodes);

    [CName("struct statvfs")]
    [StructLayout(LayoutKind.Explicit, Size = 112)]
    private struct Answer
    {
        [CName("f_frsize")]
        [FieldOffset(8)]
        public ulong FragmentSize;

        [CName("f_blocks")]
        [FieldOffset(16)]
        public ulong Blocks;

        [CName("f_bfree")]
        [FieldOffset(24)]
        public ulong FreeBlocks;

        [CName("f_files")]
        [FieldOffset(40)]
        public ulong Inodes;

        [CName("f_ffree")]
        [FieldOffset(48)]
        public ulong FreeInodes;
    }
}
