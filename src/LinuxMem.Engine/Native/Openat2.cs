using System.Runtime.InteropServices;
using static LinuxMem.Engine.Native.OpenFlags;

namespace LinuxMem.Engine.Native;

/// <summary>openat2(2): looks a path up beneath a folder, through no link and onto no other mount (Linux 5.6).</summary>
internal static partial class Openat2
{
    private const nint SYS_openat2 = 437;
    private const ulong RESOLVE_NO_XDEV = 0x01;
    private const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    private const ulong RESOLVE_NO_SYMLINKS = 0x04;
    private const ulong RESOLVE_BENEATH = 0x08;

    /// <summary>
    /// Opens a place beneath a folder (O_PATH), of a symbolic link at the end of the path the link itself; nothing is read and
    /// nothing is waited for.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">The path; ends with a NUL byte.</param>
    /// <returns>
    /// The place, or minus the error number: ELOOP for a link on the way, EXDEV for a mount on it or a way out, ENOSYS (or
    /// EPERM, from a sandbox older than the call) where there is no such call.
    /// </returns>
    public static FileDescriptor OpenPlaceBeneath(FileDescriptor folder, ReadOnlySpan<byte> path)
    {
        var how = new How
        {
            Flags = (uint)(O_PATH | O_CLOEXEC | O_NOFOLLOW),
            Resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
        };
        while (true)
        {
            nint fd = syscall(SYS_openat2, folder.Number, in MemoryMarshal.GetReference(path), ref how, Marshal.SizeOf<How>());
            int error = fd >= 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR)
            {
                return new FileDescriptor(error == 0 ? (int)fd : -error);
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint folder, in byte path, ref How how, nint size);

    /// <summary>What is opened, and how its path is looked up.</summary>
    [CName("struct open_how")]
    [StructLayout(LayoutKind.Sequential)]
    private struct How
    {
        [CName("flags")]
        public ulong Flags;

        [CName("mode")]
        public ulong Mode;

        [CName("resolve")]
        public ulong Resolve;
    }
}
