using System.Buffers.Binary;

namespace LinuxMem.Engine.Collections;

/// <summary>
/// The hash of .NET over numbers, which differs from process to process: what C# makes for a record of numbers does not, and whoever
/// writes a copied tree could choose them so that all have one hash.
/// </summary>
internal static class KeyHash
{
    /// <summary>The bucket of a hash. Of those that others made, the lowest bits may be alike: so the upper ones are mixed in.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="buckets">How many buckets there are: a power of two.</param>
    public static int Bucket(int hash, int buckets) => (int)((uint)hash * 0x9E3779B1 >> 7) & (buckets - 1);

    public static int Of(ulong one, ulong two = 0, ulong three = 0, ulong four = 0)
    {
        // Not HashCode.Combine, which is compiled in each process for the kinds of its arguments.
        Span<byte> bytes = stackalloc byte[4 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, one);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], two);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], three);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], four);
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
