namespace LinuxMem.Families;

/// <summary>What came out for one family.</summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Processes">How many processes it had.</param>
/// <param name="Compared">How many figures were compared.</param>
/// <param name="Differences">Those that were not what they must be, in words; empty when all were.</param>
/// <param name="Did">How often each kind of step was done, and how often it could not be.</param>
internal sealed record FamilyOutcome(ulong Seed, int Processes, int Compared, IReadOnlyList<string> Differences, IReadOnlyDictionary<string, (int Times, int Refused)> Did)
{
    public override string ToString() => Differences.Count == 0
        ? $"seed {Seed}: {Processes} processes, {Compared} figures, all the same"
        : $"seed {Seed}: {Differences.Count} of {Compared} figures of {Processes} processes differ:\n{string.Join('\n', Differences.Take(40))}";
}
