using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>statx(2), on an open file: its device, inode, kind, mode and owner.</summary>
/// <remarks>Not stat(2), whose structure differs between architectures.</remarks>
internal static partial class Statx
{
    private const int AT_EMPTY_PATH = 0x1000;

    private const uint STATX_TYPE = 0x1;
    private const uint STATX_MODE = 0x2;
    private const uint STATX_BLOCKS = 0x400;
    private const uint STATX_CTIME = 0x80;
    private const uint STATX_BTIME = 0x800;
    private const uint STATX_UID = 0x8;
    private const uint STATX_GID = 0x10;
    private const uint STATX_INO = 0x100;
    private const uint STATX_SIZE = 0x200;

    /// <summary>Bytes of a block, as this call counts them.</summary>
    private const ulong BlockSize = 512;

    private const int S_IFMT = 0xf000;
    private const int S_IFREG = 0x8000;
    private const int S_IFDIR = 0x4000;
    private const int S_IFLNK = 0xa000;

    /// <summary>The device number of the file system that the descriptor lies on; returns 0 or the error number.</summary>
    public static int ReadDevice(FileDescriptor descriptor, out uint major, out uint minor)
    {
        int error = Read(descriptor, 0, out Answer answer);
        major = answer.DeviceMajor;
        minor = answer.DeviceMinor;
        return error;
    }

    /// <summary>Which file the descriptor is of, and of what kind; returns 0 or the error number.</summary>
    public static int ReadIdentity(FileDescriptor descriptor, out FileIdentity identity)
    {
        int error = Read(descriptor, STATX_TYPE | STATX_INO, out Answer answer);
        int kind = answer.Mode & S_IFMT;
        identity = new FileIdentity(answer.DeviceMajor, answer.DeviceMinor, answer.Inode, kind == S_IFDIR, kind == S_IFREG);
        return error;
    }

    /// <summary>Which file the descriptor is of, whether it is a symbolic link, and its size in bytes; returns 0 or the error number.</summary>
    public static int ReadFile(FileDescriptor descriptor, out FileIdentity identity, out bool isLink, out ulong size)
    {
        int error = Read(descriptor, STATX_TYPE | STATX_INO | STATX_SIZE, out Answer answer);
        int kind = answer.Mode & S_IFMT;
        identity = new FileIdentity(answer.DeviceMajor, answer.DeviceMinor, answer.Inode, kind == S_IFDIR, kind == S_IFREG);
        isLink = kind == S_IFLNK;
        size = answer.Size;
        return error;
    }

    /// <summary>The inode and the owner of the file that the descriptor is of; returns 0 or the error number.</summary>
    public static int ReadOwner(FileDescriptor descriptor, out ulong inode, out uint uid, out uint gid)
    {
        int error = Read(descriptor, STATX_UID | STATX_GID | STATX_INO, out Answer answer);
        inode = answer.Inode;
        uid = answer.Uid;
        gid = answer.Gid;
        return error;
    }

    /// <summary>Who owns the file that the descriptor is of, and its <c>st_mode</c> (stat(2)); returns 0 or the error number.</summary>
    public static int ReadRights(FileDescriptor descriptor, out uint uid, out ushort mode)
    {
        int error = Read(descriptor, STATX_TYPE | STATX_MODE | STATX_UID, out Answer answer);
        uid = answer.Uid;
        mode = answer.Mode;
        return error;
    }

    /// <summary>What a file below a folder holds, links followed; <paramref name="path"/> ends with a NUL byte. Returns 0 or the error number.</summary>
    public static int ReadContent(FileDescriptor folder, ReadOnlySpan<byte> path, out FileContent content)
    {
        Answer answer = default;
        int error = statx(folder.Number, in MemoryMarshal.GetReference(path), 0, STATX_INO | STATX_SIZE | STATX_BLOCKS | STATX_CTIME | STATX_BTIME, ref answer) == 0
            ? 0
            : Marshal.GetLastPInvokeError();

        // hugetlbfs knows no birth; nothing changes the file of a segment, so that it is its last change, too.
        (long seconds, uint part) = (answer.Mask & STATX_BTIME) != 0 ? (answer.BirthSeconds, answer.BirthNanoseconds) : (answer.ChangeSeconds, answer.ChangeNanoseconds);
        content = new FileContent(answer.Inode, answer.Size, answer.Blocks * BlockSize, seconds, part);
        return error;
    }

    private static int Read(FileDescriptor descriptor, uint mask, out Answer answer)
    {
        answer = default;
        ReadOnlySpan<byte> itself = "\0"u8;
        return statx(descriptor.Number, in MemoryMarshal.GetReference(itself), AT_EMPTY_PATH, mask, ref answer) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, in byte path, int flags, uint mask, ref Answer answer);

    [CName("struct statx")]
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Answer
    {
        [CName("stx_mask")]
        [FieldOffset(0)]
        public uint Mask;

        [CName("stx_uid")]
        [FieldOffset(20)]
        public uint Uid;

        [CName("stx_gid")]
        [FieldOffset(24)]
        public uint Gid;

        [CName("stx_mode")]
        [FieldOffset(28)]
        public ushort Mode;

        [CName("stx_ino")]
        [FieldOffset(32)]
        public ulong Inode;

        [CName("stx_size")]
        [FieldOffset(40)]
        public ulong Size;

        [CName("stx_blocks")]
        [FieldOffset(48)]
        public ulong Blocks;

        [CName("stx_btime.tv_sec")]
        [FieldOffset(80)]
        public long BirthSeconds;

        [CName("stx_btime.tv_nsec")]
        [FieldOffset(88)]
        public uint BirthNanoseconds;

        [CName("stx_ctime.tv_sec")]
        [FieldOffset(96)]
        public long ChangeSeconds;

        [CName("stx_ctime.tv_nsec")]
        [FieldOffset(104)]
        public uint ChangeNanoseconds;

        [CName("stx_dev_major")]
        [FieldOffset(136)]
        public uint DeviceMajor;

        [CName("stx_dev_minor")]
        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}

/// <summary>Which file a descriptor is of.</summary>
/// <param name="Major">The device that it lies on, major part.</param>
/// <param name="Minor">The device, minor part.</param>
/// <param name="Inode">Its inode number there.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="IsOrdinary">True for a regular file: no folder, device, pipe, socket or link.</param>
internal readonly record struct FileIdentity(uint Major, uint Minor, ulong Inode, bool IsFolder, bool IsOrdinary);

/// <summary>What a file is and holds.</summary>
/// <param name="Inode">Its inode number.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Held">The bytes of its blocks: of shared memory, what is in memory or swapped out.</param>
/// <param name="BornSeconds">When it was made, in seconds since 1970.</param>
/// <param name="BornNanoseconds">The rest of that.</param>
internal readonly record struct FileContent(ulong Inode, ulong Size, ulong Held, long BornSeconds, uint BornNanoseconds);
