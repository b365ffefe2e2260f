using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>statx(2), asked only for what it says of a file's place, kind and owner.</summary>
/// <remarks>The one call of its family whose structure is the same on every architecture.</remarks>
internal static partial class Statx
{
    private const int AT_EMPTY_PATH = 0x1000;

    private const uint STATX_TYPE = 0x1;
    private const uint STATX_MODE = 0x2;
    private const uint STATX_UID = 0x8;
    private const uint STATX_GID = 0x10;
    private const uint STATX_INO = 0x100;

    /// <summary>Bytes of struct statx.</summary>
    private const int Size = 256;

    // Offsets into it.
    private const int Uid = 20;
    private const int Gid = 24;
    private const int Mode = 28;
    private const int Inode = 32;
    private const int DeviceMajor = 136;
    private const int DeviceMinor = 140;

    /// <summary>The device number of the file system that the descriptor lies on; returns 0 or the error number.</summary>
    public static int ReadDevice(FileDescriptor descriptor, out uint major, out uint minor)
    {
        Span<byte> buffer = stackalloc byte[Size];
        int error = Read(descriptor, 0, buffer);
        major = MemoryMarshal.Read<uint>(buffer[DeviceMajor..]);
        minor = MemoryMarshal.Read<uint>(buffer[DeviceMinor..]);
        return error;
    }

    /// <summary>Which file the descriptor is of, and of what kind; returns 0 or the error number.</summary>
    public static int ReadIdentity(FileDescriptor descriptor, out FileIdentity identity)
    {
        const int S_IFMT = 0xf000, S_IFREG = 0x8000, S_IFDIR = 0x4000;
        Span<byte> buffer = stackalloc byte[Size];
        int error = Read(descriptor, STATX_TYPE | STATX_INO, buffer);
        int kind = MemoryMarshal.Read<ushort>(buffer[Mode..]) & S_IFMT;
        identity = new FileIdentity(
            MemoryMarshal.Read<uint>(buffer[DeviceMajor..]), MemoryMarshal.Read<uint>(buffer[DeviceMinor..]), MemoryMarshal.Read<ulong>(buffer[Inode..]), kind == S_IFDIR, kind == S_IFREG);
        return error;
    }

    /// <summary>The inode and the owner of the file that the descriptor stands for; returns 0 or the error number.</summary>
    public static int ReadOwner(FileDescriptor descriptor, out ulong inode, out uint uid, out uint gid)
    {
        Span<byte> buffer = stackalloc byte[Size];
        int error = Read(descriptor, STATX_UID | STATX_GID | STATX_INO, buffer);
        inode = MemoryMarshal.Read<ulong>(buffer[Inode..]);
        uid = MemoryMarshal.Read<uint>(buffer[Uid..]);
        gid = MemoryMarshal.Read<uint>(buffer[Gid..]);
        return error;
    }

    /// <summary>Who owns the file that the descriptor stands for, and its kind and mode as stat(2) has them; returns 0 or the error number.</summary>
    public static int ReadRights(FileDescriptor descriptor, out uint uid, out ushort mode)
    {
        Span<byte> buffer = stackalloc byte[Size];
        int error = Read(descriptor, STATX_TYPE | STATX_MODE | STATX_UID, buffer);
        uid = MemoryMarshal.Read<uint>(buffer[Uid..]);
        mode = MemoryMarshal.Read<ushort>(buffer[Mode..]);
        return error;
    }

    private static int Read(FileDescriptor descriptor, uint mask, Span<byte> buffer)
    {
        buffer.Clear();
        ReadOnlySpan<byte> itself = "\0"u8;
        int failed = statx(descriptor.Number, in MemoryMarshal.GetReference(itself), AT_EMPTY_PATH, mask, ref MemoryMarshal.GetReference(buffer));
        return failed == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, in byte path, int flags, uint mask, ref byte buffer);
}

/// <summary>Which file a descriptor is of.</summary>
/// <param name="Major">The device that it lies on, major part.</param>
/// <param name="Minor">The device, minor part.</param>
/// <param name="Inode">Its number there.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="IsOrdinary">True for an ordinary file: no folder, device, pipe, socket or link.</param>
internal readonly record struct FileIdentity(uint Major, uint Minor, ulong Inode, bool IsFolder, bool IsOrdinary);
