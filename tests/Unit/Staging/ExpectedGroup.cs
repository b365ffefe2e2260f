namespace LinuxMem.Unit.Staging;

/// <summary>The figures of one group as they follow from the plain sets, by their definitions and nothing else.</summary>
internal sealed record ExpectedGroup
{
    public required object? Key { get; init; }

    public required int Procs { get; init; }

    public required long MemRss { get; init; }

    public required long MemAnon { get; init; }

    public required long MemUss { get; init; }

    public required Fraction MemPss { get; init; }

    public required long SwapRss { get; init; }

    public required long SwapAnon { get; init; }

    public required long SwapUss { get; init; }

    public required long ShmMem { get; init; }

    public required long ShmSwap { get; init; }

    public required long ShmUss { get; init; }
}
