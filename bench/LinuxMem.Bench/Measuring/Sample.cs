namespace LinuxMem.Bench.Measuring;

/// <summary>What one run took.</summary>
internal readonly record struct Sample
{
    /// <summary>Seconds from begin to end.</summary>
    public double Wall { get; init; }

    /// <summary>Seconds until the first line came out, of a program.</summary>
    public double FirstLine { get; init; }

    /// <summary>Seconds of processor time, the kernel's for it included.</summary>
    public double Cpu { get; init; }

    /// <summary>Bytes allocated on the managed heap.</summary>
    public long Allocated { get; init; }

    /// <summary>The largest resident size, of a program; in this process what was added to it at the most.</summary>
    public long Peak { get; init; }

    /// <summary>The most that the engine's sets and buffers held, by its own account.</summary>
    public long Sets { get; init; }

    /// <summary>Page references read.</summary>
    public long References { get; init; }

    /// <summary>Methods that the runtime compiled meanwhile.</summary>
    public long Methods { get; init; }

    /// <summary>Seconds that it spent on compiling them, on all threads.</summary>
    public double Compiling { get; init; }
}
