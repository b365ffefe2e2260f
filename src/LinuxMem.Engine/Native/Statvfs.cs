using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>statvfs(3): how large a file system is, and how much of it is in use.</summary>
/// <remarks>The C library's form of statfs(2), because its fields are the same on every 64-bit architecture.</remarks>
internal static partial class Statvfs
{
    /// <summary>Asks about the file system that the descriptor lies on; returns 0 or the error number.</summary>
    public static int Read(FileDescriptor descriptor, out Usage usage)
    {
        // struct statvfs is 112 bytes on 64-bit Linux: f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, …
        Span<ulong> buffer = stackalloc ulong[32];
        if (fstatvfs(descriptor.Number, ref MemoryMarshal.GetReference(buffer)) != 0)
        {
            usage = default;
            return Marshal.GetLastPInvokeError();
        }

        usage = new Usage(buffer[1], buffer[2], buffer[3], buffer[5], buffer[6]);
        return 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatvfs(int fd, ref ulong buffer);

    /// <summary>What statvfs(3) says.</summary>
    /// <param name="BlockSize">Bytes of a block (<c>f_frsize</c>).</param>
    /// <param name="Blocks">Blocks of the file system; 0 for one without a limit.</param>
    /// <param name="FreeBlocks">Blocks not in use.</param>
    /// <param name="Inodes">Files it may hold; 0 for no limit.</param>
    /// <param name="FreeInodes">Files it may still take.</param>
    public readonly record struct Usage(ulong BlockSize, ulong Blocks, ulong FreeBlocks, ulong Inodes, ulong FreeInodes);
}
