namespace LinuxMem.Engine.Reports.Comparison;

/// <summary>
/// When a sample was taken, in order: what is given as the reference comes before what is given as the difference; then the time, and of
/// samples of the same time (a file may keep whole seconds only) the one that came first.
/// </summary>
/// <param name="Side">0 for a reference or what came through the pipeline, 1 for a difference.</param>
/// <param name="Ticks">The time in UTC; where nothing tells the time, the number of the sample.</param>
/// <param name="Number">The place among samples of the same time.</param>
internal readonly record struct SampleTime(int Side, long Ticks, int Number) : IComparable<SampleTime>
{
    /// <inheritdoc/>
    public int CompareTo(SampleTime other) => (Side, Ticks, Number).CompareTo((other.Side, other.Ticks, other.Number));
}

/// <summary>
/// A figure of one group over all samples: the first and the last value, and so many between, evenly spread, that there is always the same
/// bound to what is kept of however many samples.
/// </summary>
internal sealed class SampleSeries
{
    /// <summary>The most points kept: the line is made of each two of them.</summary>
    public const int Most = 512;

    private readonly List<(SampleTime Time, double Value)> points = [];
    private int stride = 1;
    private int skipped;

    /// <summary>How many values there were.</summary>
    public int Count { get; private set; }

    /// <summary>The earliest sample and its value.</summary>
    public (SampleTime Time, long? Value) First { get; private set; }

    /// <summary>The latest sample and its value.</summary>
    public (SampleTime Time, long? Value) Last { get; private set; }

    /// <summary>The name in the latest sample.</summary>
    public string Name { get; private set; } = string.Empty;

    /// <summary>The time that came last.</summary>
    public SampleTime Latest { get; private set; }

    /// <summary>Adds the value of a sample; null where it has none.</summary>
    public void Add(SampleTime time, long? value, string name)
    {
        if (Count == 0 || time.CompareTo(First.Time) < 0)
        {
            First = (time, value);
        }

        if (Count == 0 || time.CompareTo(Last.Time) >= 0)
        {
            Last = (time, value);
            Name = name;
        }

        Count++;
        Latest = time;
        if (value is null || skipped++ % stride != 0)
        {
            return;
        }

        points.Add((time, value.Value));
        if (points.Count >= Most)
        {
            // Every second one goes, and from here on every second one comes.
            stride *= 2;
            for (int i = 0; i < points.Count / 2; i++)
            {
                points[i] = points[2 * i];
            }

            points.RemoveRange(points.Count / 2, points.Count - (points.Count / 2));
            skipped = 0;
        }
    }

    /// <summary>The line through the values, in bytes per hour; null where there are too few.</summary>
    public TrendLine? Line()
    {
        (SampleTime Time, double Value)[] sorted = [.. points.OrderBy(point => point.Time)];
        double[] hours = [.. sorted.Select(point => (point.Time.Ticks - sorted[0].Time.Ticks) / (double)TimeSpan.TicksPerHour)];
        return TheilSen.Of(hours, [.. sorted.Select(point => point.Value)]);
    }
}
