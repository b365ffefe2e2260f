using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary>The base of commands that scan processes: common options, selection, notices and output.</summary>
internal abstract class ScanCommand : Command
{
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
    protected void AddCommonOptions()
    {
        scanning.AddTo(this);
        output.AddTo(this);
    }

    /// <summary>Lists the processes and reads the pages of the selected ones.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="read">Reads the pages.</param>
    protected T Scan<T>(ParseResult parsed, Func<MemScan, IReadOnlyList<MemProcess>, T> read)
    {
        NamedFilter? filter = scanning.Filter(parsed);
        using LowPriority? givesWay = scanning.GiveWay(parsed);
        using var progress = new ProgressLine(streams.Error);
        using MemScan scan = MemScan.Begin(scanning.Options(parsed, progress.Show, cancellation));
        return read(scan, Choose(scan.Table, filter, Threads(scan.Options)));
    }

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
        ProcessTable table = ProcessTable.List(root, threads, cancellation, options.MemoryLimit);
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

        streams.Say(ScanNotices.Scanned(result));
    }

    /// <summary>Writes the figures.</summary>
    protected void Write<T>(ParseResult parsed, ColumnSet<T> columns, IReadOnlyList<Section<T>> sections, IReadOnlyList<Column<T>>? table = null) =>
        SectionWriter.Write(streams.Out, output.Format(parsed), columns, sections, table);

    private IReadOnlyList<MemProcess> Choose(ProcessTable table, NamedFilter? filter, int threads)
    {
        if (filter is null)
        {
            return table.Processes;
        }

        IReadOnlyList<MemProcess> chosen = filter.Filter.Matching(table, threads, cancellation);
        if (chosen.Count == 0)
        {
            Warn($"no process matches the filter {filter.Name}");
        }

        return chosen;
    }

    private void Warn(string warning) => streams.Say($"linuxmem: warning: {warning}");
}
