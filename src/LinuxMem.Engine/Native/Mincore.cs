using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>mincore(2): which pages of a mapping are in memory; it brings none there.</summary>
internal static partial class Mincore
{
    /// <summary>Sets the lowest bit of a byte for each page that is in memory.</summary>
    /// <param name="address">Where to begin; the start of a page.</param>
    /// <param name="length">How many bytes to look at.</param>
    /// <param name="pages">A byte for each page.</param>
    /// <returns>0, or the error number.</returns>
    public static int Look(nint address, nuint length, Span<byte> pages) =>
        mincore(address, length, ref MemoryMarshal.GetReference(pages)) == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mincore(nint address, nuint length, ref byte pages);
}
