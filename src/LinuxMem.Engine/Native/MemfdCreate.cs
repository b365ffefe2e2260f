using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>memfd_create(2): a file in memory, without a name in any folder.</summary>
internal static partial class MemfdCreate
{
    private const uint MFD_CLOEXEC = 0x1;
    private const uint MFD_HUGETLB = 0x4;

    /// <summary>The base-2 logarithm of the huge page size is shifted by this into the flags.</summary>
    private const int MFD_HUGE_SHIFT = 26;

    /// <summary>Makes an empty file, which takes no page.</summary>
    /// <param name="hugePage">The size of its huge pages in bytes; 0 for base pages.</param>
    public static FileDescriptor Create(ulong hugePage = 0)
    {
        uint flags = hugePage == 0 ? 0 : MFD_HUGETLB | ((uint)System.Numerics.BitOperations.TrailingZeroCount(hugePage) << MFD_HUGE_SHIFT);
        ReadOnlySpan<byte> name = "linuxmem\0"u8;
        int number = memfd_create(in MemoryMarshal.GetReference(name), flags | MFD_CLOEXEC);
        return new FileDescriptor(number >= 0 ? number : -Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int memfd_create(in byte name, uint flags);
}
