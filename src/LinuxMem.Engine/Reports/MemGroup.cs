using System.Globalization;

namespace LinuxMem;

/// <summary>The memory of one group of processes in one report.</summary>
public sealed class MemGroup : MemFigures
{
    /// <summary>The report the group belongs to: <c>UID</c>, <c>environment variable ORACLE_SID</c>, …</summary>
    public required string Split { get; init; }

    /// <summary>
    /// The number of the report among those of the same call, from 1: two reports of custom filters have the
    /// same title.
    /// </summary>
    public required int Report { get; init; }

    /// <summary>The name to show: a user, a value, a filter's text, <c>Other</c>, …</summary>
    public required string GroupName { get; init; }

    /// <summary>
    /// What the processes of the group have in common: the user id, the variable's value, … Null for the
    /// processes that have none (a variable that is not set), so that they differ from those whose value
    /// reads the same as the name shown.
    /// </summary>
    public object? Key { get; init; }

    /// <summary>The number of processes scanned in the group.</summary>
    public int Procs => Counts?.Processes ?? 0;

    /// <summary>Not shown of a group: hidden from exports.</summary>
    internal new IReadOnlyList<long>? ShmIds => base.ShmIds;

    /// <summary>The group as text: its name, and how much memory it uses.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{GroupName}: {MemRss} bytes in {Procs} processes");

    /// <summary>The same figures as the row of all groups of a report.</summary>
    internal MemGroup AsTotalOf(string split, int report) =>
        new() { Split = split, Report = report, GroupName = "Total", IsTotal = true, Counts = Counts };
}
