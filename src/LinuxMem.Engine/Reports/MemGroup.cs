using System.Globalization;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>One group of processes in a report, with its memory figures.</summary>
public sealed class MemGroup : MemFigures
{
    /// <summary>The title of the report: <c>UID</c>, <c>environment variable ORACLE_SID</c>, …</summary>
    public required string Split { get; init; }

    /// <summary>
    /// The number of the report within its call, from 1: several custom splits have the same title.
    /// </summary>
    public required int Report { get; init; }

    /// <summary>
    /// The name to show: a user, a value, the text of a filter, <c>Other</c>, … No two groups of a report show the same: where
    /// two would, the names say more (<c>oracle (uid 1001)</c>), so <see cref="Key"/> and not the name is what stays the same.
    /// </summary>
    public required string GroupName { get; init; }

    /// <summary>
    /// The value that the processes of the group have in common: a uid, the value of a variable, … Null for processes
    /// without one, so that they differ from processes whose value equals the name shown.
    /// </summary>
    public object? Key { get; init; }

    /// <summary>
    /// What makes it the same group in another sample, as text that keeps through CSV, JSON and remoting: the type and the value of what its
    /// processes have in common, <c>int64:1001</c>, <c>text:DB1</c>, <c>none</c>. Unlike <see cref="Key"/> it tells apart what has the
    /// same value; two groups of a report never have the same.
    /// </summary>
    public required string Identity { get; init; }

    /// <summary>The number of processes scanned in the group.</summary>
    public int Procs => Counts?.Processes ?? 0;

    /// <summary>The ids of these processes, ascending.</summary>
    public ValueList<int> ProcessIds { get; init; } = new([]);

    /// <summary>
    /// How much of <see cref="MemFigures.MemHeld"/> lies on which NUMA node: by the frames mapped, and with <see cref="NodeBytes.Node"/> null
    /// what nobody maps of the shared memory held, whose frames nothing tells. Of a machine with one node it is all on that; empty
    /// where nothing tells of nodes.
    /// </summary>
    public ValueList<NodeBytes> MemByNode => field ??= new(NodesOf());

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The title over the table: of the report, and of a sample also when that was taken.</summary>
    public string Title() => IsSample && Time is DateTime time ? string.Create(CultureInfo.InvariantCulture, $"{Split}, {time:yyyy-MM-dd HH:mm:ss}") : Split;

    /// <summary>Whether it is of one of several samples.</summary>
    internal bool IsSample { get; set; }

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; set; }

    /// <summary>Cuts the name like <see cref="ShownName"/>; null for a group of no report.</summary>
    internal Func<int, string>? CutName { private get; init; }

    /// <summary>Hides the base property from exports of groups.</summary>
    internal new IReadOnlyList<long>? ShmIds => base.ShmIds;

    /// <summary>The name, <see cref="MemFigures.MemHeld"/> and the number of processes.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{GroupName}: {MemHeld} bytes in {Procs} processes"));

    /// <summary>The name for a table: escaped, and where it is wider, without its middle, but like that of no other group of the report.</summary>
    /// <param name="cells">The width in terminal cells.</param>
    public string ShownName(int cells) => CutName?.Invoke(cells) ?? DisplayWidth.CutMiddle(VisibleText.ForTerminal(GroupName), cells);

    /// <summary>The same figures as the total row of a report.</summary>
    internal MemGroup AsTotalOf(string split, int report) =>
        new() { Split = split, Report = report, GroupName = Engine.Scanning.GroupKey.Total, Identity = "total", IsTotal = true, ProcessIds = ProcessIds, Counts = Counts };

    private NodeBytes[] NodesOf()
    {
        if (Counts is not MemCounts { ByNode.Count: > 0 } counts)
        {
            return [];
        }

        if (counts.ByNode is [NodeCount only])
        {
            return [new NodeBytes(only.Node, MemHeld)];
        }

        IEnumerable<NodeBytes> known = counts.ByNode.Select(one => new NodeBytes(one.Node, one.Frames * counts.PageSize));
        long? unknown = MemHeld - known.Sum(one => one.Bytes);
        return unknown > 0 ? [.. known, new NodeBytes(null, unknown)] : [.. known];
    }
}
