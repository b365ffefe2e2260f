namespace LinuxMem.Engine.Collections;

/// <summary>
/// Hashes that differ from process to process, as those of .NET's tuples do: whoever chooses the numbers of a copied tree cannot choose
/// them so that all have one hash.
/// </summary>
internal static class KeyHash
{
    private static readonly ulong First = Odd();
    private static readonly ulong Second = Odd();
    private static readonly ulong Third = Odd();

    public static int Of(ulong one, ulong two = 0, ulong three = 0) => (int)(((one * First) + (two * Second) + (three * Third)) >> 32);

    private static ulong Odd() => (ulong)Random.Shared.NextInt64() | 1;
}
