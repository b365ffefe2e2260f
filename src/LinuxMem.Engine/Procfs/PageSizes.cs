using System.Numerics;

namespace LinuxMem.Engine.Procfs;

/// <summary>Validates page sizes, in bytes, that are read from files which may be damaged.</summary>
/// <remarks>
/// The bounds prevent overflow: the product of two huge page sizes divided by a base page size is below 2^63.
/// </remarks>
internal static class PageSizes
{
    private const ulong SmallestBase = 1 << 10;

    /// <summary>1 MiB: the largest base page of any architecture is 256 KiB.</summary>
    private const ulong MaxBase = 1 << 20;

    /// <summary>64 GiB: the largest huge page of any architecture is 16 GiB.</summary>
    private const ulong MaxHuge = 1UL << 36;

    /// <summary>True for a possible base page size.</summary>
    public static bool IsBase(ulong size) => BitOperations.IsPow2(size) && size is >= SmallestBase and <= MaxBase;

    /// <summary>True for a possible huge page size.</summary>
    /// <param name="size">The size in bytes.</param>
    /// <param name="basePage">The base page size in bytes.</param>
    public static bool IsHuge(ulong size, ulong basePage) => BitOperations.IsPow2(size) && size > basePage && size <= MaxHuge;

    /// <summary>True for a possible size of a base or huge page.</summary>
    public static bool IsAny(ulong size) => BitOperations.IsPow2(size) && size is >= SmallestBase and <= MaxHuge;
}
