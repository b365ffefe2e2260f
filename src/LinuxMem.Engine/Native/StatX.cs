using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>statx(2), asked only for the device number of a file and for what kind of file it is.</summary>
/// <remarks>The one call of its family whose structure is the same on every architecture.</remarks>
internal static partial class StatX
{
    private const int AT_EMPTY_PATH = 0x1000;

    // Offsets into struct statx, which is 256 bytes.
    private const int Mode = 28;
    private const int DeviceMajor = 136;
    private const int DeviceMinor = 140;

    /// <summary>The device number of the file system that the descriptor lies on; returns 0 or the error number.</summary>
    public static int ReadDevice(Descriptor descriptor, out uint major, out uint minor)
    {
        Span<byte> buffer = stackalloc byte[256];
        buffer.Clear();
        ReadOnlySpan<byte> itself = "\0"u8;
        int failed = statx(descriptor.Number, in MemoryMarshal.GetReference(itself), AT_EMPTY_PATH, 0, ref MemoryMarshal.GetReference(buffer));
        major = MemoryMarshal.Read<uint>(buffer[DeviceMajor..]);
        minor = MemoryMarshal.Read<uint>(buffer[DeviceMinor..]);
        return failed == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Whether the descriptor is of an ordinary file, and not of a folder, a device or a pipe; returns 0 or the error number.</summary>
    public static int ReadMode(Descriptor descriptor, out bool isOrdinary)
    {
        const int S_IFMT = 0xf000, S_IFREG = 0x8000;
        const uint STATX_TYPE = 1;
        Span<byte> buffer = stackalloc byte[256];
        buffer.Clear();
        ReadOnlySpan<byte> itself = "\0"u8;
        int failed = statx(descriptor.Number, in MemoryMarshal.GetReference(itself), AT_EMPTY_PATH, STATX_TYPE, ref MemoryMarshal.GetReference(buffer));
        isOrdinary = (MemoryMarshal.Read<ushort>(buffer[Mode..]) & S_IFMT) == S_IFREG;
        return failed == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, in byte path, int flags, uint mask, ref byte buffer);
}
