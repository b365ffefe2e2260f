namespace LinuxMem.Fuzz;

/// <summary>
/// Numbers that depend on the seed only (SplitMix64): unlike System.Random they are the same in every version
/// of .NET, so an input can be made again from its seed and its number.
/// </summary>
internal struct SeededRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>The numbers for one input: a sequence of its own for each seed, target and number.</summary>
    public static SeededRandom For(ulong seed, string target, long number)
    {
        var random = new SeededRandom(seed);
        foreach (char c in target)
        {
            random.state = (random.Next() ^ c) * 0x100000001B3;
        }

        random.state ^= (ulong)number * 0x9E3779B97F4A7C15;
        random.Next();
        return random;
    }

    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1; 0 for a limit below 2.</summary>
    public int Below(int limit) => limit < 2 ? 0 : (int)(Next() % (ulong)limit);
}
