using System.Numerics;

namespace LinuxMem.Engine.Procfs;

/// <summary>Which sizes pages can have, in bytes: what a file says beyond that is not believed.</summary>
/// <remarks>
/// The bounds leave room for arithmetic: two sizes of huge pages multiplied, and divided by one of a base page, are
/// below 2^63.
/// </remarks>
internal static class PageSizes
{
    private const ulong SmallestBase = 1 << 10;

    /// <summary>No architecture has base pages above 256 KiB.</summary>
    private const ulong MaxBase = 1 << 20;

    /// <summary>No architecture has huge pages above 16 GiB.</summary>
    private const ulong MaxHuge = 1UL << 36;

    /// <summary>True for a size that base pages can have.</summary>
    public static bool IsBase(ulong size) => BitOperations.IsPow2(size) && size is >= SmallestBase and <= MaxBase;

    /// <summary>True for a size that huge pages can have.</summary>
    /// <param name="size">The size.</param>
    /// <param name="basePage">The size of a base page there.</param>
    public static bool IsHuge(ulong size, ulong basePage) => BitOperations.IsPow2(size) && size > basePage && size <= MaxHuge;

    /// <summary>True for a size that pages of any kind can have.</summary>
    public static bool IsAny(ulong size) => BitOperations.IsPow2(size) && size is >= SmallestBase and <= MaxHuge;
}
