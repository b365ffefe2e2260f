namespace LinuxMem.Engine.Collections;

/// <summary>Compares numbers of 64 bits by <see cref="KeyHash"/>: the hash that .NET has for them is their halves, one upon the other.</summary>
internal sealed class NumberHash : IEqualityComparer<ulong>
{
    public static NumberHash Instance { get; } = new();

    private NumberHash()
    {
    }

    public bool Equals(ulong one, ulong other) => one == other;

    public int GetHashCode(ulong number) => KeyHash.Of(number);
}
