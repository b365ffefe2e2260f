using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Watching;

/// <summary>Which group is looked into.</summary>
/// <param name="Report">The place of the report, from 0.</param>
/// <param name="Identity">The group (<see cref="MemGroup.Identity"/>).</param>
/// <param name="ByMapping">Whether its mappings are shown, and not its processes.</param>
public sealed record WatchRequest(int Report, string Identity, bool ByMapping);

/// <summary>A line of the table that is watched.</summary>
/// <param name="Identity">What makes it the same line in the next look.</param>
/// <param name="Name">Makes the name to show, in so many cells.</param>
/// <param name="Procs">How many processes it stands for; null for a process.</param>
/// <param name="Figures">Its figures.</param>
internal sealed record WatchRow(string Identity, Func<int, string> Name, long? Procs, WatchFigures Figures);

/// <summary>The figures of a line in bytes; null for one that is not known.</summary>
internal readonly record struct WatchFigures(long? Held, long? Freed, long? Rss, long? Swap)
{
    public static WatchFigures Of(MemFigures of) => new(of.MemHeld, of.MemFreed, of.MemRss, of.SwapHeld);
}

/// <summary>A table that is watched.</summary>
internal sealed record WatchTable(string Title, IReadOnlyList<WatchRow> Rows);

/// <summary>What one look at the machine shows.</summary>
public sealed class WatchLook
{
    /// <summary>The facts of processes that are shown.</summary>
    private const ProcessFacts Shown = ProcessFacts.Owner | ProcessFacts.CommandLine;

    /// <summary>The most lines of mappings: the largest; the rest is one line.</summary>
    private const int MaxMappings = 500;

    /// <summary>The widest name in a title, in cells.</summary>
    private const int Widest = 40;

    private WatchLook()
    {
    }

    /// <summary>What has to be said beside it; the host's words.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>When the machine was read, in local time.</summary>
    internal DateTime? Time { get; private init; }

    /// <summary>The machine.</summary>
    internal string? ComputerName { get; private init; }

    /// <summary>The groups of each report.</summary>
    internal IReadOnlyList<WatchTable> Reports { get; private init; } = [];

    /// <summary>What is in the group that is looked into; null for none.</summary>
    internal WatchTable? Inside { get; private init; }

    /// <summary>What <see cref="Inside"/> answers.</summary>
    internal WatchRequest? Request { get; private init; }

    /// <summary>Looks at a machine, and into one group.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="processes">The processes to read, of <see cref="MemScan.Table"/>.</param>
    /// <param name="splits">The reports.</param>
    /// <param name="request">The group to look into; null for none.</param>
    /// <param name="warnings">Puts what the scan has to say into words.</param>
    /// <param name="result">The scan.</param>
    /// <param name="isFirst">Whether nothing has been looked at before: what has none of the names asked for is then an error.</param>
    /// <exception cref="LinuxMemException">Nothing has a name asked for, a split is wrong, or the memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static WatchLook At(MemScan scan, IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits, WatchRequest? request, Func<ScanResult, IEnumerable<string>> warnings, out ScanResult result, bool isFirst = false)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(warnings);
        result = scan.Run(processes, splits);
        if (isFirst && result.Missing is [MissingName missing, ..] && result.Reports.All(report => report.Groups.Count == 0))
        {
            throw new LinuxMemException(LinuxMemError.ProcessNotFound, $"{missing.Message} To wait for what is not there yet, give a pattern, such as '{missing.Name}*'.", missing.Name);
        }

        MemGroup? group = request is null || request.Report >= result.Reports.Count ? null : result.Reports[request.Report].Groups.FirstOrDefault(one => one.Identity == request.Identity);
        return new WatchLook
        {
            Time = scan.Table.Origin.Time,
            ComputerName = scan.Table.ComputerName,
            Warnings = [.. warnings(result)],
            Reports = [.. result.Reports.Select(report => new WatchTable(report.Split, [.. report.Groups.Select(Row)]))],
            Request = request,
            Inside = request is null ? null : group is null ? new WatchTable("(gone)", []) : request.ByMapping ? Mappings(scan, processes, group) : Processes(scan, processes, group),
        };
    }

    private static WatchRow Row(MemGroup group) => new(group.Identity, group.ShownName, group.Procs, WatchFigures.Of(group));

    private static WatchTable Processes(MemScan scan, IReadOnlyList<MemProcess> processes, MemGroup group)
    {
        HashSet<int> ids = [.. group.ProcessIds];
        MemProcess[] members = [.. processes.Where(process => ids.Contains(process.Id))];
        ProcessTable.LoadToKeep(members, Shown, scan.Threads, scan.Options.Cancellation);
        IReadOnlyList<MemProcess> measured = members.Length == 0 ? [] : scan.Measure(members).Processes;
        return new WatchTable($"{group.ShownName(Widest)}: processes", [.. measured.Select(process => Row(process))]);

        static WatchRow Row(MemProcess process)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{process.Id} {process.CommandLine ?? process.Comm}");
            return new WatchRow(
                string.Create(CultureInfo.InvariantCulture, $"{process.Id} {process.StartTicks}"),
                cells => DisplayWidth.Visible(text, cells),
                null,
                WatchFigures.Of(process));
        }
    }

    private static WatchTable Mappings(MemScan scan, IReadOnlyList<MemProcess> processes, MemGroup group)
    {
        HashSet<int> ids = [.. group.ProcessIds];
        int[] members = [.. processes.Select(process => process.Id).Where(ids.Contains)];
        IReadOnlyList<MemMapping> lines = members.Length == 0
            ? []
            : scan.Map(processes, new PidSplit(members, group.GroupName), new MappingOptions { Top = MaxMappings }).Groups is [(_, var found), ..] ? found : [];
        return new WatchTable($"{group.ShownName(Widest)}: mappings", [.. lines.Select(line => new WatchRow(
            $"{line.Kind} {line.Mapping}",
            cells => DisplayWidth.CutMiddle(VisibleText.ForTerminal(line.Mapping), cells),
            line.Procs,
            WatchFigures.Of(line)))]);
    }
}
