using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using LinuxMem.Bench.Measuring;

namespace LinuxMem.Bench.Report;

/// <summary>All that was measured, for the table and for the JSON file.</summary>
internal sealed class BenchReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private readonly TextTable scans = new("workload", "what", "wall ms", "best ms", "x first", "cpu ms", "refs", "ns/ref", "Mrefs/s", "alloc KiB", "sets KiB", "peak MiB") { TextColumns = 2 };
    private readonly TextTable times = new("what", "of", "wall ms", "best ms", "cpu ms", "peak MiB") { TextColumns = 2 };
    private readonly TextTable parts = new("part", "of", "wall ms", "best ms", "methods compiled", "compiling ms") { TextColumns = 2 };
    private readonly TextTable programs = new("program", "x floor", "best x best", "peak MiB") { TextColumns = 1 };
    private readonly TextTable growth = new("against", "size", "wall ms", "x before", "sets KiB", "x before") { TextColumns = 2 };
    private readonly TextTable soak = new("minute", "scans", "failed", "wall ms", "slowest ms", "processes", "vanished", "unreadable", "segments", "resident MiB", "managed MiB", "descriptors", "threads", "mappings");
    private readonly TextTable overhead = new("each second", "stressor", "looks", "ops/s", "of its own", "slowed by %") { TextColumns = 2 };
    private readonly List<object> measured = [];
    private readonly List<Bar> bars = [];
    private readonly List<string> notes = [];
    private bool isDisturbed;

    /// <summary>The bars, in the order they were added.</summary>
    public IReadOnlyList<Bar> Bars => bars;

    /// <summary>Adds scans of a workload; the first of the series is the floor.</summary>
    public void AddScans(string workload, string description, IReadOnlyList<Series> series)
    {
        foreach (Series one in series)
        {
            scans.Add(
                workload,
                one.Name,
                Figure.Milliseconds(one.Wall),
                Figure.Milliseconds(one.Best),
                Figure.Ratio(one.Wall / series[0].Wall),
                Figure.Milliseconds(one.Cpu),
                Figure.Number(one.References),
                one.References == 0 ? "" : Figure.Milliseconds(one.Wall / one.References * 1e6),
                one.References == 0 ? "" : Figure.Milliseconds(one.References / one.Wall / 1e9),
                Figure.Kibibytes(one.Median(sample => sample.Allocated)),
                Figure.Kibibytes(one.Median(sample => sample.Sets)),
                Figure.Mebibytes(one.Peak));
        }

        Judge(workload, series);
        measured.Add(new { workload, description, ratioTo = series[0].Name, series = series.Select(one => ForJson(one, series[0])) });
    }

    /// <summary>Adds times of whole programs and commands, measured in turn.</summary>
    public void AddTimes(string workload, IReadOnlyList<Series> series)
    {
        foreach (Series one in series)
        {
            times.Add(one.Name, workload, Figure.Milliseconds(one.Wall), Figure.Milliseconds(one.Best), one.Cpu > 0 ? Figure.Milliseconds(one.Cpu) : "", one.Peak > 0 ? Figure.Mebibytes(one.Peak) : "");
        }

        Judge(workload, series);
        measured.Add(new { workload, series = series.Select(one => ForJson(one, series[0])) });
    }

    /// <summary>Adds parts of what a session of PowerShell begins with, and what the runtime compiled for them.</summary>
    public void AddParts(string workload, IReadOnlyList<Series> series)
    {
        foreach (Series one in series)
        {
            parts.Add(one.Name, workload, Figure.Milliseconds(one.Wall), Figure.Milliseconds(one.Best), Figure.Number(one.Median(sample => sample.Methods)), Figure.Milliseconds(one.Median(sample => sample.Compiling)));
        }

        measured.Add(new { parts = workload, series = series.Select(one => ForJson(one, series[0])) });
    }

    /// <summary>Adds whole programs that answer the same question, the first of the series being the floor: the table of ratios.</summary>
    public void AddPrograms(IReadOnlyList<Series> series)
    {
        foreach (Series one in series)
        {
            programs.Add(one.Name, Figure.Ratio(one.Wall / series[0].Wall), Figure.Ratio(one.Best / series[0].Best), one.Peak > 0 ? Figure.Mebibytes(one.Peak) : "");
        }
    }

    /// <summary>Adds one size of a thing that grows.</summary>
    /// <param name="against">What grows.</param>
    /// <param name="size">How large it is.</param>
    /// <param name="now">The scan at this size.</param>
    /// <param name="before">The scan at the size before; null for the first.</param>
    public void AddGrowth(string against, string size, Series now, Series? before)
    {
        double sets = now.Median(sample => sample.Sets);
        growth.Add(
            against,
            size,
            Figure.Milliseconds(now.Wall),
            before is null ? "" : Figure.Ratio(now.Wall / before.Wall),
            Figure.Kibibytes(sets),
            before is null ? "" : Figure.Ratio(sets / before.Median(sample => sample.Sets)));
        measured.Add(new { growthAgainst = against, size, series = ForJson(now, before ?? now) });
    }

    /// <summary>Adds the minutes of a soak.</summary>
    public void AddSoak(Footprint start, IReadOnlyList<SoakMinute> minutes)
    {
        soak.Add(["start", "", "", "", "", "", "", "", "", .. Cells(start)]);
        for (int i = 0; i < minutes.Count; i++)
        {
            SoakMinute minute = minutes[i];
            soak.Add([
                Figure.Number(i + 1),
                Figure.Number(minute.Seconds.Count),
                Figure.Number(minute.Failed),
                Figure.Milliseconds(minute.Seconds.Order().ElementAt(minute.Seconds.Count / 2)),
                Figure.Milliseconds(minute.Seconds.Max()),
                Figure.Number(minute.Fewest),
                Figure.Number(minute.Vanished),
                Figure.Number(minute.Unreadable),
                Figure.Number(minute.Segments),
                .. Cells(minute.Footprint)]);
        }

        measured.Add(new { workload = "soak", start, minutes });
    }

    /// <summary>Adds what stressors did while something looked at the machine each second.</summary>
    /// <param name="look">What looked.</param>
    /// <param name="looks">How many times, in a round.</param>
    /// <param name="rates">The medians of what each stressor did in a second.</param>
    /// <param name="alone">The same without a look.</param>
    /// <param name="rounds">The rates of each round.</param>
    public void AddOverhead(string look, double looks, IReadOnlyDictionary<string, double> rates, IReadOnlyDictionary<string, double> alone, IReadOnlyList<IReadOnlyDictionary<string, double>> rounds)
    {
        foreach ((string stressor, double rate) in rates)
        {
            overhead.Add(look, stressor, Figure.Number(looks), Figure.Ratio(rate), Figure.Ratio(rate / alone[stressor]), Figure.Percent(1 - (rate / alone[stressor])));
        }

        double all = Math.Exp(rates.Average(pair => Math.Log(pair.Value / alone[pair.Key])));
        overhead.Add(look, "geometric mean", Figure.Number(looks), "", Figure.Ratio(all), Figure.Percent(1 - all));
        measured.Add(new { overhead = look, looks, slowedBy = 1 - all, rates, rounds });
    }

    /// <summary>Adds a bar; where others took much of the processors while the last series ran, nothing is said to be met or missed.</summary>
    public void AddBar(string what, string wanted, string reached, bool? met) =>
        bars.Add(isDisturbed ? new Bar(what, wanted, $"{reached} (no result: the machine was busy)", null) : new Bar(what, wanted, reached, met));

    /// <summary>True when something that was to be measured could not be.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Adds a sentence on something that failed.</summary>
    public void AddFailure(string what)
    {
        HasFailed = true;
        notes.Add(what);
    }

    /// <summary>Adds a sentence on something that was not measured, or is to be known about the figures.</summary>
    public void AddNote(string note) => notes.Add(note);

    /// <summary>Writes the tables, the notes and the bars.</summary>
    public void Write(TextWriter writer)
    {
        WriteUnlessEmpty(scans, writer, "Scans (medians; x first: against the first line of the same runs; peak: what was added to this process at the most)");
        WriteUnlessEmpty(times, writer, "Whole programs and commands (medians; peak: the largest)");
        WriteUnlessEmpty(parts, writer, "Parts of a session's beginning, each run in a fresh pwsh (medians; compiling: on all threads, those beside it included)");
        WriteUnlessEmpty(programs, writer, "The same question to all programs, in one run (medians, and the best run against the floor's best)");
        WriteUnlessEmpty(growth, writer, "Growth (each size against the one before)");
        WriteUnlessEmpty(soak, writer, "Soak (what this process takes: after a collection at the end of each minute)");
        WriteUnlessEmpty(overhead, writer, "Overhead (medians of the stressors' own counters)");
        if (notes.Count > 0)
        {
            writer.WriteLine();
            notes.ForEach(writer.WriteLine);
        }

        var table = new TextTable("what", "bar", "measured", "") { TextColumns = 2 };
        foreach (Bar bar in bars)
        {
            table.Add(bar.What, bar.Wanted, bar.Measured, bar.Met switch { true => "met", false => "MISSED", null => "does not apply" });
        }

        WriteUnlessEmpty(table, writer, "Bars");
    }

    /// <summary>Writes everything, with every run, as JSON.</summary>
    public void WriteJson(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(
            file,
            new
            {
                time = DateTime.UtcNow,
                kernel = Environment.OSVersion.Version.ToString(),
                architecture = RuntimeInformation.ProcessArchitecture.ToString(),
                processors = Environment.ProcessorCount,
                runtime = RuntimeInformation.FrameworkDescription,
                measured,
                notes,
                bars,
            },
            Indented);
    }

    private void Judge(string workload, IReadOnlyList<Series> series)
    {
        double others = series.Max(one => one.Others);
        isDisturbed = others > Bystanders.Most;
        if (isDisturbed)
        {
            AddFailure(string.Create(CultureInfo.InvariantCulture, $"{workload} ({series[^1].Name} and beside it) is no result: others took {100 * others:0} % of the processors meanwhile, and at most {100 * Bystanders.Most:0} % may be. Measure again when the machine is quiet."));
        }
    }

    private static string[] Cells(Footprint footprint) =>
    [
        Figure.Mebibytes(footprint.Resident),
        Figure.Mebibytes(footprint.Managed),
        Figure.Number(footprint.Descriptors),
        Figure.Number(footprint.Threads),
        Figure.Number(footprint.Mappings),
    ];

    private static void WriteUnlessEmpty(TextTable table, TextWriter writer, string title)
    {
        if (!table.IsEmpty)
        {
            table.Write(writer, title);
        }
    }

    private static object ForJson(Series series, Series other) => new
    {
        series.Name,
        wallSeconds = series.Wall,
        bestSeconds = series.Best,
        cpuSeconds = series.Cpu,
        partOfOthers = series.Others,
        ratio = series.Wall / other.Wall,
        pageReferences = series.References,
        peakBytes = series.Peak,
        runs = series.Samples,
    };
}
