namespace LinuxMem.Bench.Measuring;

/// <summary>The runs of one thing.</summary>
/// <param name="Name">What ran.</param>
/// <param name="Samples">Its runs, in order.</param>
internal sealed record Series(string Name, IReadOnlyList<Sample> Samples)
{
    /// <summary>The part of the processors that others took while it ran (<see cref="Bystanders"/>).</summary>
    public double Others { get; init; }

    /// <summary>The median of the wall times, in seconds.</summary>
    public double Wall => Median(sample => sample.Wall);

    /// <summary>The least of the wall times, in seconds: what a machine that others use as well could do.</summary>
    public double Best => Samples.Min(sample => sample.Wall);

    /// <summary>The median of the processor times, in seconds.</summary>
    public double Cpu => Median(sample => sample.Cpu);

    /// <summary>The largest of the peaks.</summary>
    public long Peak => Samples.Max(sample => sample.Peak);

    /// <summary>The page references of the last run.</summary>
    public long References => Samples[^1].References;

    /// <summary>The median of any figure of the runs.</summary>
    public double Median(Func<Sample, double> figure)
    {
        double[] sorted = [.. Samples.Select(figure).Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
