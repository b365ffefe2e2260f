using System.Runtime.InteropServices;
using LinuxMem.Engine.Collections;

namespace LinuxMem.Engine.Native;

/// <summary>statx(2), on an open file: its device, inode, kind, mode and owner.</summary>
/// <remarks>Not stat(2), whose structure differs between architectures.</remarks>
internal static partial class Statx
{
    private const int AT_EMPTY_PATH = 0x1000;

    private const int AT_STATX_DONT_SYNC = 0x4000;

    private const uint STATX_TYPE = 0x1;
    private const uint STATX_MODE = 0x2;
    private const uint STATX_UID = 0x8;
    private const uint STATX_GID = 0x10;
    private const uint STATX_INO = 0x100;
    private const uint STATX_SIZE = 0x200;
    private const uint STATX_BASIC_STATS = 0x7ff;
    private const uint STATX_BTIME = 0x800;

    private const int S_IFMT = 0xf000;
    private const int S_IFREG = 0x8000;
    private const int S_IFDIR = 0x4000;
    private const int S_IFLNK = 0xa000;
    private const int S_IWGRP = 0x10;
    private const int S_IWOTH = 0x2;
    private const int S_ISVTX = 0x200;

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

    /// <summary>Who owns the file that the descriptor is of, and who may write to it; returns 0 or the error number.</summary>
    public static int ReadRights(FileDescriptor descriptor, out FileRights rights)
    {
        int error = Read(descriptor, STATX_TYPE | STATX_MODE | STATX_UID, out Answer answer);
        int kind = answer.Mode & S_IFMT;
        rights = new FileRights(answer.Uid, kind == S_IFDIR, kind == S_IFREG, (answer.Mode & (S_IWGRP | S_IWOTH)) != 0, (answer.Mode & S_ISVTX) != 0);
        return error;
    }

    /// <summary>What kind of file the descriptor is of, who may read it, and when it was changed last; returns 0 or the error number.</summary>
    public static int ReadAccess(FileDescriptor descriptor, out FileAccessRights access)
    {
        int error = Read(descriptor, STATX_BASIC_STATS, out Answer answer);
        int kind = answer.Mode & S_IFMT;
        access = new FileAccessRights(
            answer.Uid,
            answer.Gid,
            answer.Mode & 0x1ff,
            kind == S_IFDIR,
            kind == S_IFREG,
            kind == S_IFLNK,
            unchecked((answer.Change.Seconds * 1_000_000_000) + answer.Change.Nanoseconds));
        return error;
    }

    /// <summary>
    /// What a file of a file system in memory is and takes. Of any other file system nothing is asked: it answers with what
    /// the kernel has of the file already.
    /// </summary>
    /// <param name="folder">The folder to look the path up in.</param>
    /// <param name="path">The path, with a NUL byte behind; links are followed.</param>
    /// <param name="usage">What was found.</param>
    /// <returns>0, or the error number.</returns>
    public static int ReadUsage(FileDescriptor folder, ReadOnlySpan<byte> path, out FileUsage usage)
    {
        Answer answer = default;
        int result = statx(folder.Number, in MemoryMarshal.GetReference(path), AT_STATX_DONT_SYNC, STATX_BASIC_STATS | STATX_BTIME, ref answer);
        Time made = (answer.Mask & STATX_BTIME) != 0 ? answer.Birth : answer.Change;
        usage = new FileUsage(
            new FileIdentity(answer.DeviceMajor, answer.DeviceMinor, answer.Inode, (answer.Mode & S_IFMT) == S_IFDIR, (answer.Mode & S_IFMT) == S_IFREG),
            answer.Size,
            answer.Blocks <= long.MaxValue / 512 ? answer.Blocks * 512 : 0,
            answer.BlockSize,
            answer.Links,
            unchecked((made.Seconds * 1_000_000_000) + made.Nanoseconds),
            answer.Uid,
            default);
        return result == 0 ? 0 : Marshal.GetLastPInvokeError();
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

        [CName("stx_blksize")]
        [FieldOffset(4)]
        public uint BlockSize;

        [CName("stx_nlink")]
        [FieldOffset(16)]
        public uint Links;

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

        [CName("stx_btime")]
        [FieldOffset(80)]
        public Time Birth;

        [CName("stx_ctime")]
        [FieldOffset(96)]
        public Time Change;

        [CName("stx_dev_major")]
        [FieldOffset(136)]
        public uint DeviceMajor;

        [CName("stx_dev_minor")]
        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [CName("struct statx_timestamp")]
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct Time
    {
        [CName("tv_sec")]
        [FieldOffset(0)]
        public long Seconds;

        [CName("tv_nsec")]
        [FieldOffset(8)]
        public uint Nanoseconds;
    }
}

/// <summary>What a file of a file system in memory is and takes.</summary>
/// <param name="Identity">Which file it is.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Bytes">Bytes of memory and swap that it takes.</param>
/// <param name="BlockSize">On hugetlbfs, the size of its pages in bytes.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Made">When it was made, in nanoseconds since 1970; where the file system does not tell, when it was changed last.</param>
/// <param name="Uid">Its owner: of a SysV segment, who made it.</param>
/// <param name="Mark">What tells it from any other of its number.</param>
internal readonly record struct FileUsage(FileIdentity Identity, ulong Size, ulong Bytes, uint BlockSize, uint Links, long Made, uint Uid, FileMark Mark)
{
    // Written out: what C# makes asks .NET for comparers of its parts, which are compiled in each process.
    public bool Equals(FileUsage other) =>
        Identity.Equals(other.Identity) && Size == other.Size && Bytes == other.Bytes && BlockSize == other.BlockSize && Links == other.Links && Made == other.Made && Uid == other.Uid
        && Mark.Equals(other.Mark);

    public override int GetHashCode() => KeyHash.Of(Identity.Inode, Identity.Minor, Mark.Handle, (ulong)Made);
}

/// <summary>
/// What tells a file in memory from another of the same number: the segments of two IPC namespaces have the same numbers, and those of
/// other files begin anew after 2^32.
/// </summary>
/// <remarks>
/// A handle cannot be chosen. Where there is none (hugetlbfs), the owner tells, whom nobody but he himself can feign, and of
/// segments the time at which they were made, to the tick of the kernel's clock.
/// </remarks>
/// <param name="Handle">The kernel's own (<see cref="FileHandle"/>); 0 where it has none.</param>
/// <param name="Made">Without a handle, of segments, when it was made, in nanoseconds; else 0.</param>
/// <param name="Uid">Without a handle, its owner; else 0.</param>
internal readonly record struct FileMark(ulong Handle, long Made = 0, uint Uid = 0);

/// <summary>Which file a descriptor is of.</summary>
/// <param name="Major">The device that it lies on, major part.</param>
/// <param name="Minor">The device, minor part.</param>
/// <param name="Inode">Its inode number there.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="IsOrdinary">True for a regular file: no folder, device, pipe, socket or link.</param>
internal readonly record struct FileIdentity(uint Major, uint Minor, ulong Inode, bool IsFolder, bool IsOrdinary);

/// <summary>Who may change a file.</summary>
/// <param name="Uid">Its owner.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="IsOrdinary">Whether it is an ordinary file.</param>
/// <param name="OthersWrite">Whether its group or anybody may write to it.</param>
/// <param name="IsSticky">Whether in that folder nobody may remove the files of others.</param>
internal readonly record struct FileRights(uint Uid, bool IsFolder, bool IsOrdinary, bool OthersWrite, bool IsSticky)
{
    /// <summary>True when root owns it and nobody else may write to it.</summary>
    public bool IsRootsAlone => Uid == 0 && !OthersWrite;
}

/// <summary>Of what kind a file is, and who may read it.</summary>
/// <param name="Uid">Its owner.</param>
/// <param name="Gid">Its group.</param>
/// <param name="Mode">The nine bits of its mode.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="IsOrdinary">Whether it is an ordinary file.</param>
/// <param name="IsLink">Whether it is a symbolic link.</param>
/// <param name="Changed">When it was changed last, in nanoseconds since 1970.</param>
internal readonly record struct FileAccessRights(uint Uid, uint Gid, int Mode, bool IsFolder, bool IsOrdinary, bool IsLink, long Changed)
{
    private const int S_IROTH = 4;
    private const int S_IXOTH = 1;

    /// <summary>Whether a user of that group may read it: a file itself, of a folder what lies in it.</summary>
    public bool IsOpenTo(uint uid, uint gid) => (Rights(uid, gid) & (IsFolder ? S_IXOTH : S_IROTH)) != 0;

    private int Rights(uint uid, uint gid) => uid == 0 ? S_IROTH | S_IXOTH : uid == Uid ? Mode >> 6 : gid == Gid ? (Mode >> 3) & 7 : Mode & 7;
}
