using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary>The base of commands that scan processes: common options, selection, notices and output.</summary>
internal abstract class ScanCommand : Command
{
    /// <summary>How many warnings are remembered over all samples.</summary>
    private const int MaxTold = 1000;

    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private readonly ScanParameters scanning = new();
    private readonly OutputParameter output = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    protected ScanCommand(string name, string description, StandardStreams streams, CancellationToken cancellation)
        : base(name, description)
    {
        this.streams = streams;
        this.cancellation = cancellation;
    }

    /// <summary>Adds the common options after the command's own.</summary>
    /// <param name="hasOutput">Whether the command writes rows to standard output.</param>
    /// <param name="openFiles">Whether it counts what processes have open in any case.</param>
    protected void AddCommonOptions(bool hasOutput = true, bool openFiles = false)
    {
        scanning.AddTo(this, openFiles);
        if (hasOutput)
        {
            output.AddTo(this);
        }
    }

    /// <summary>Lists the processes and reads the pages of the selected ones.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="read">Reads the pages.</param>
    /// <param name="isSample">Whether it is one of several samples.</param>
    protected T Scan<T>(ParseResult parsed, Func<MemScan, IReadOnlyList<MemProcess>, T> read, bool isSample = false)
    {
        NamedFilter? filter = scanning.Filter(parsed);
        using LowPriority? givesWay = scanning.GiveWay(parsed);
        using var progress = new ProgressLine(streams.Error);
        using MemScan scan = MemScan.Begin(scanning.Options(parsed, progress.Show, cancellation, isSample));
        return read(scan, Choose(scan.Table, filter, Threads(scan.Options)));
    }

    /// <summary>The same, while the screen is not to be written to.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="read">Reads the pages.</param>
    /// <param name="held">Takes what there is to be warned of.</param>
    /// <param name="stop">Ends it.</param>
    protected T ScanQuietly<T>(ParseResult parsed, Func<MemScan, IReadOnlyList<MemProcess>, T> read, ICollection<string> held, CancellationToken stop)
    {
        NamedFilter? filter = scanning.Filter(parsed);
        using MemScan scan = MemScan.Begin(scanning.Options(parsed, null, stop, isSample: true));
        return read(scan, Choose(scan.Table, filter, Threads(scan.Options), held.Add));
    }

    /// <summary>The processes there were, also those that the filter leaves out.</summary>
    protected IReadOnlyList<MemProcess> Listed { get; private set; } = [];

    /// <summary>True when tables are asked for.</summary>
    protected bool IsTable(ParseResult parsed) => output.Format(parsed).Kind == OutputKind.Table;

    /// <summary>Lists the selected processes without a page scan, which needs no privileges.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="facts">The facts to read.</param>
    protected IReadOnlyList<MemProcess> List(ParseResult parsed, ProcessFacts facts)
    {
        NamedFilter? filter = scanning.Filter(parsed);
        using LowPriority? givesWay = scanning.GiveWay(parsed);
        ScanOptions options = scanning.Options(parsed, null, cancellation);
        int threads = Threads(options);
        using var root = Engine.Sources.Machine.Open(options.ProcRoot, cancellation);
        ProcessTable table = ProcessListing.List(root, threads, cancellation, options.MemoryLimit);
        IReadOnlyList<MemProcess> processes = Choose(table, filter, threads);
        processes = ProcessTable.LoadRunning(processes, facts, threads, cancellation);
        if (root.NotRead is string notRead)
        {
            Warn(notRead);
        }

        if (ScanNotices.Unread(table.Unread, ScanNotices.FromList) is string warning)
        {
            Warn(warning);
        }

        return processes;
    }

    /// <summary>The most threads to read facts with.</summary>
    protected static int Threads(ScanOptions options) => options.Threads ?? Environment.ProcessorCount;

    /// <summary>Writes the notices and warnings of a scan to standard error.</summary>
    protected void Report(ScanResult result)
    {
        foreach (string warning in ScanNotices.Warnings(result))
        {
            Warn(warning);
        }

        // Where nothing has the names asked for, that is said instead.
        if (result.Scanned > 0 || result.Missing.Count == 0)
        {
            streams.Say(ScanNotices.Scanned(result));
        }
    }

    /// <summary>Writes the figures of groups, and says which names nothing has.</summary>
    /// <returns>The exit code: 1 when names were asked for and nothing at all was found.</returns>
    protected int WriteFound<T>(ParseResult parsed, ColumnSet<T> columns, IEnumerable<Section<T>> sections, ScanResult result, IReadOnlyList<Column<T>>? table = null) =>
        WriteFound(parsed, columns, sections.Where(section => section.Rows.Count > 0), result.Missing, table);

    /// <summary>The same of what was chosen by names.</summary>
    protected int WriteFound<T>(ParseResult parsed, ColumnSet<T> columns, IEnumerable<Section<T>> sections, IReadOnlyList<MissingName> missing, IReadOnlyList<Column<T>>? table)
    {
        foreach (MissingName one in missing)
        {
            streams.Say($"linuxmem: {one.Message}");
        }

        Section<T>[] found = [.. missing.Count > 0 ? sections.Where(section => section.Rows.Count > 0) : sections];
        Write(parsed, columns, found, table);
        return found.Length == 0 && missing.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>Writes the figures.</summary>
    protected void Write<T>(ParseResult parsed, ColumnSet<T> columns, IReadOnlyList<Section<T>> sections, IReadOnlyList<Column<T>>? table = null) =>
        SectionWriter.Write(streams, output.Format(parsed), columns, sections, table);

    /// <summary>The tables of a scan.</summary>
    /// <param name="result">The scan.</param>
    /// <param name="top">How many groups of each report; null for all.</param>
    protected static Section<MemGroup>[] SectionsOf(ScanResult result, int? top = null) =>
        [.. result.Reports.Select(report => new Section<MemGroup>(report.Groups is [MemGroup first, ..] ? first.Title() : report.Split, [.. report.Groups.Take(top ?? int.MaxValue)]))];

    /// <summary>Takes samples on the beat and writes each as it comes: tables, or one array or list of all.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="interval">From the beginning of one sample to that of the next.</param>
    /// <param name="most">How many; null for no end but Ctrl+C.</param>
    /// <param name="asked">The reports.</param>
    /// <param name="top">How many groups of each report; null for all.</param>
    protected void WriteSamples(ParseResult parsed, TimeSpan interval, long? most, IReadOnlyList<Split> asked, int? top = null)
    {
        OutputFormat format = output.Format(parsed);
        if (format.Kind is OutputKind.Table or OutputKind.OpenMetrics)
        {
            // Metrics are whole each time, and replace the file.
            bool isFirst = true;
            foreach (ScanResult result in Samples(parsed, interval, most, asked))
            {
                if (!isFirst && format.Kind == OutputKind.Table)
                {
                    streams.Out.WriteLine();
                }

                isFirst = false;
                Write(parsed, GroupColumns.All, SectionsOf(result, top));
            }
        }
        else
        {
            SectionWriter.Write(streams, format, GroupColumns.All, Samples(parsed, interval, most, asked).SelectMany(result => SectionsOf(result, top)));
        }

        streams.Out.Flush();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The samples, each when it has been taken; what was written of the one before has left by then. A signal ends them.</summary>
    private IEnumerable<ScanResult> Samples(ParseResult parsed, TimeSpan interval, long? most, IReadOnlyList<Split> asked)
    {
        var beat = new Beat(interval);
        for (long taken = 0; most is null || taken < most; taken++)
        {
            ScanResult result;
            try
            {
                if (taken > 0)
                {
                    streams.Out.Flush();
                    beat.Wait(cancellation);
                    if (StandardOutput.IsReaderGone())
                    {
                        yield break;
                    }
                }

                result = Scan(parsed, (scan, processes) => scan.Run(processes, asked), isSample: true);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // What has been written ends in good order: an array is closed.
                yield break;
            }

            Array.ForEach([.. result.Missing.Select(missing => missing.Message), .. ScanNotices.Warnings(result)], WarnOnce);
            yield return result;
        }
    }

    private void WarnOnce(string warning)
    {
        if (told.Count >= MaxTold || told.Add(warning))
        {
            Warn(warning);
        }
    }

    private IReadOnlyList<MemProcess> Choose(ProcessTable table, NamedFilter? filter, int threads, Action<string>? warn = null)
    {
        Listed = table.Processes;
        if (filter is null)
        {
            return table.Processes;
        }

        IReadOnlyList<MemProcess> chosen = filter.Filter.Matching(table, threads, cancellation);
        if (chosen.Count == 0)
        {
            (warn ?? WarnOnce)($"no process matches the filter {filter.Name}");
        }

        return chosen;
    }

    private void Warn(string warning) => streams.Say($"linuxmem: warning: {VisibleText.Message(warning)}");
}
