namespace LinuxMem.Fuzz;

/// <summary>One parser, with what to begin from and what to hold it to.</summary>
/// <param name="Name">What it is called in the counts.</param>
/// <param name="Corpus">Inputs that are as they should be, to be spoiled.</param>
/// <param name="Run">Reads an input; an exception is a finding.</param>
/// <param name="Share">How many of a thousand inputs it gets against those of other targets: slow ones get few.</param>
/// <param name="MostBytes">What it may allocate beside a multiple of the input's length.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Corpus, Action<byte[]> Run, int Share = 1000, long MostBytes = 256 * 1024);
