using System.Globalization;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports.Comparison;

/// <summary>
/// Compares samples of groups, the first with the last, and draws a line through all. Groups are matched by machine, report and identity,
/// never by the name shown. What is kept does not grow with the number of samples, but for the time of each.
/// </summary>
public sealed class GroupComparison
{
    /// <summary>The chance of a trend where there is none, below which it is believed.</summary>
    private const double Doubt = 0.05;

    private readonly IReadOnlyList<Column<MemGroup>> figures;
    private readonly Dictionary<ReportKey, Report> reports = [];
    private readonly Dictionary<(string Machine, string Split, SampleTime Time), List<int>> numbers = [];
    private readonly Dictionary<string, int> untimed = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Begins a comparison.</summary>
    /// <param name="figures">The figures to compare, of <see cref="Figure"/>.</param>
    public GroupComparison(IReadOnlyList<Column<MemGroup>> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        this.figures = figures;
    }

    /// <summary>The names of the figures that can be compared, as properties.</summary>
    public static IReadOnlyList<string> FigureNames { get; } = [.. FigureColumns.InData<MemGroup>().Where(figure => figure.Kind == ColumnKind.Size).Select(figure => figure.Property)];

    /// <summary>A figure by its property or heading, in any case.</summary>
    /// <exception cref="LinuxMemException">There is no such figure.</exception>
    public static Column<MemGroup> Figure(string name) =>
        FigureColumns.InData<MemGroup>().FirstOrDefault(figure => figure.Kind == ColumnKind.Size && (figure.Property.Equals(name, StringComparison.OrdinalIgnoreCase) || figure.Heading.Equals(name, StringComparison.OrdinalIgnoreCase)))
            ?? throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{name}' is not a figure in bytes that groups have. Give some of {string.Join(", ", FigureNames)}.", name);

    /// <summary>Adds a group of a sample.</summary>
    /// <param name="reading">The group.</param>
    /// <param name="isDifference">Whether it is of what is compared with the reference.</param>
    public void Add(GroupReading reading, bool isDifference = false)
    {
        ArgumentNullException.ThrowIfNull(reading);
        string machine = (reading.ComputerName ?? string.Empty).ToUpperInvariant();
        int side = isDifference ? 1 : 0;
        var time = new SampleTime(side, reading.Time?.Ticks ?? untimed.GetValueOrDefault(machine), 0);

        // A number of a report says nothing by itself: the same split is another one's second. Where a sample has the same split
        // several times, they go by their order.
        ReportKey key = new(machine, reading.Split, OrdinalOf(machine, reading, time));
        if (!reports.TryGetValue(key, out Report? report))
        {
            reports[key] = report = new Report(reading);
        }

        if (!report.Groups.TryGetValue(reading.Identity, out SampleSeries[]? series))
        {
            report.Groups[reading.Identity] = series = [.. figures.Select(_ => new SampleSeries())];
        }
        else if (series[0].Latest is SampleTime latest && (latest.Side, latest.Ticks) == (time.Side, time.Ticks))
        {
            // The same group again: another sample, of which nothing tells that it is of another time.
            time = reading.Time is null ? time with { Ticks = untimed[machine] = (int)latest.Ticks + 1 } : time with { Number = latest.Number + 1 };
        }

        for (int i = 0; i < figures.Count; i++)
        {
            series[i].Add(time, reading.Figures[i], reading.GroupName);
        }

        report.Add(time, reading);
    }

    /// <summary>The changes, report by report, what has grown most first.</summary>
    /// <param name="warnings">Takes sentences about what could not be compared.</param>
    public IReadOnlyList<MemGroupChange> Changes(ICollection<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        var changes = new List<MemGroupChange>();
        List<string> alone = [], reversed = [];
        foreach ((ReportKey key, Report report) in reports)
        {
            if (report.First.Equals(report.Last))
            {
                alone.Add(Name(report));
                continue;
            }

            if (report.To < report.From)
            {
                reversed.Add(VisibleText.InMessage(report.Split));
            }

            for (int i = 0; i < figures.Count; i++)
            {
                changes.AddRange(report.Groups
                    .Select(group => Change(report, group.Key, group.Value[i], figures[i].Property))
                    .OrderByDescending(change => change.Grown ?? 0)
                    .ThenBy(change => change.GroupName, StringComparer.Ordinal));
            }
        }

        if (alone.Count > 0)
        {
            warnings.Add($"Of the {(alone.Count == 1 ? "report" : "reports")} {Examples.Of(alone)} there is one sample only: nothing to compare it with.");
        }

        if (reversed.Count > 0)
        {
            warnings.Add($"Of the {(reversed.Count == 1 ? "report" : "reports")} {Examples.Of(reversed)} the sample that was given as the one before is newer: what has grown is told from the newer to the older one. Give the older one first.");
        }

        return changes;

        static string Name(Report report) => VisibleText.InMessage(report.Split) + (report.Machine is null ? string.Empty : $" of {VisibleText.InMessage(report.Machine)}");
    }

    private static MemGroupChange Change(Report report, string identity, SampleSeries series, string figure)
    {
        bool isNew = series.First.Time.CompareTo(report.First) > 0;
        bool isGone = series.Last.Time.CompareTo(report.Last) < 0;
        long? before = isNew ? null : series.First.Value;
        long? after = isGone ? null : series.Last.Value;
        long? grown = (before is null && !isNew) || (after is null && !isGone) ? null : (after ?? 0) - (before ?? 0);
        TimeSpan? elapsed = report.To - report.From;
        TrendLine? line = elapsed is null ? null : series.Line();
        return new MemGroupChange
        {
            Comparison = report.Title(figure),
            Split = report.Split,
            Report = report.Number,
            GroupName = series.Name,
            Identity = identity,
            Figure = figure,
            Status = (isNew, isGone) switch
            {
                (true, true) => "Passing",
                (true, _) => "New",
                (_, true) => "Gone",
                _ => grown switch
                {
                    null => "Unknown",
                    0 => "Same",
                    > 0 => "Grown",
                    _ => "Shrunk",
                },
            },
            Before = before,
            After = after,
            Grown = grown,
            GrownPerHour = grown is long bytes && elapsed is TimeSpan time && time != TimeSpan.Zero ? Whole(bytes / time.Duration().TotalHours) : null,
            Percent = grown is long more && before is > 0 ? Math.Round(more * 100.0 / before.Value, 2) : null,
            Samples = series.Count,
            Slope = Whole(line?.Slope),
            SlopeLow = Whole(line?.Low),
            SlopeHigh = Whole(line?.High),
            PValue = line is null ? null : Math.Round(line.PValue, 6),
            Trend = line is null ? null : TrendOf(line, series),
            From = report.From?.ToLocalTime(),
            To = report.To?.ToLocalTime(),
            ComputerName = report.Machine,
        };
    }

    /// <summary>
    /// A trend where the interval of the slope lies on one side of zero, the test agrees, and the line has gone further than the values
    /// scatter around it: what only waves comes back.
    /// </summary>
    private static string TrendOf(TrendLine line, SampleSeries series)
    {
        double hours = (series.Last.Time.Ticks - series.First.Time.Ticks) / (double)TimeSpan.TicksPerHour;
        bool isSure = line.PValue < Doubt && Math.Abs(line.Slope) * hours > line.Spread;
        return isSure && line is { Low: > 0 } ? "Growing" : isSure && line is { High: < 0 } ? "Shrinking" : "None";
    }

    private static long? Whole(double? value) => value is double number ? (long)Math.Clamp(Math.Round(number), long.MinValue, (double)(long.MaxValue - 1024)) : null;

    private int OrdinalOf(string machine, GroupReading reading, SampleTime time)
    {
        if (!numbers.TryGetValue((machine, reading.Split, time), out List<int>? seen))
        {
            numbers[(machine, reading.Split, time)] = seen = [];
        }

        int place = seen.IndexOf(reading.Report);
        if (place < 0)
        {
            place = seen.Count;
            seen.Add(reading.Report);
        }

        return place;
    }

    private readonly record struct ReportKey(string Machine, string Split, int Ordinal);

    /// <summary>A report over all samples.</summary>
    private sealed class Report(GroupReading first)
    {
        private readonly HashSet<SampleTime> samples = [];

        public Dictionary<string, SampleSeries[]> Groups { get; } = new(StringComparer.Ordinal);

        public string Split => first.Split;

        public string? Machine => first.ComputerName;

        public int Number { get; private set; }

        public SampleTime First { get; private set; }

        public SampleTime Last { get; private set; }

        public DateTime? From { get; private set; }

        public DateTime? To { get; private set; }

        public void Add(SampleTime time, GroupReading reading)
        {
            if (samples.Count == 0 || time.CompareTo(First) < 0)
            {
                First = time;
                From = reading.Time;
            }

            if (samples.Count == 0 || time.CompareTo(Last) > 0)
            {
                Last = time;
                To = reading.Time;
                Number = reading.Report;
            }

            samples.Add(time);
        }

        public string Title(string figure)
        {
            string machine = Machine is null ? string.Empty : $" of {Machine}";
            string span = From is DateTime from && To is DateTime to
                ? string.Create(CultureInfo.InvariantCulture, $", {from.ToLocalTime():yyyy-MM-dd HH:mm:ss} to {(from.ToLocalTime().Date == to.ToLocalTime().Date ? to.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture) : to.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture))}")
                : string.Empty;
            string many = samples.Count > 2 ? string.Create(CultureInfo.InvariantCulture, $" ({samples.Count} samples)") : string.Empty;
            return $"{Split}: {figure}{machine}{span}{many}";
        }
    }
}
