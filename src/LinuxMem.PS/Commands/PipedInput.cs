using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// The pipeline input of <c>Get-MemGroup</c>: filters, groups, segments and instances become the groups of one report, in order;
/// processes become one group.
/// </summary>
internal sealed class PipedInput
{
    private readonly List<Func<ProcessTable, NamedFilter>> groups = [];
    private readonly List<PipedGroup> instances = [];
    private readonly PipedProcesses processes = new();
    private int placeOfProcesses;
    private bool hasFilters;

    /// <summary>True when there was nothing to group by.</summary>
    public bool IsEmpty => groups.Count == 0 && processes.IsEmpty;

    /// <summary>The name for the group of the processes; null for their own names.</summary>
    public string? NameOfProcesses { get; set; }

    /// <summary>True when there were processes.</summary>
    public bool HasProcesses => !processes.IsEmpty;

    /// <summary>Adds one object.</summary>
    /// <exception cref="LinuxMemException">It is nothing of all that, or of another machine.</exception>
    public void Add(object? input)
    {
        object? value = input is PSObject wrapped ? wrapped.BaseObject : input;
        if (value is string text && PipedProcesses.IdsIn(text) is int[] ids)
        {
            // As pgrep and pidof write them.
            Array.ForEach(ids, AddListed);
        }
        else if (FilterInput.IsFilter(input))
        {
            hasFilters = true;
            groups.AddRange(FilterInput.Report(input).Select(filter => (Func<ProcessTable, NamedFilter>)(_ => filter)));
        }
        else if (input is not null && PipedGroup.From(PSObject.AsPSObject(input)) is PipedGroup group)
        {
            instances.AddRange(group.Place is null ? [] : [group]);
            // Bound to the processes of the first listing, also for the samples after it.
            NamedFilter? bound = null;
            groups.Add(table => bound ??= Named(group, table));
        }
        else
        {
            AddProcess(input);
        }
    }

    /// <summary>The split that the input describes.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="missing">How many of the processes are not in the listing.</param>
    public Split Split(ProcessTable table, out int missing)
    {
        missing = 0;
        if (groups.Count == 0)
        {
            return processes.Split(table, NameOfProcesses, out missing);
        }

        List<NamedFilter> filters = [.. groups.Select(group => group(table))];
        if (!processes.IsEmpty)
        {
            filters.Insert(placeOfProcesses, processes.Filter(table, NameOfProcesses));
        }

        return new CustomSplit(filters, hasFilters ? null : "Groups");
    }

    /// <summary>What Get-Process has not found of the programs it was asked for, in a sentence; null for nothing.</summary>
    public string? Caveat(ProcessTable table) => processes.Caveat(table);

    /// <summary>
    /// Instances of one name are groups of their own: told by where they run, so that samples of two days can be compared, and by their
    /// first process where that is the same.
    /// </summary>
    private NamedFilter Named(PipedGroup group, ProcessTable table)
    {
        var named = new NamedFilter(group.Name, new IdFilter(group.Members(table)));
        if (group.Place is null)
        {
            return named;
        }

        bool hasTwin = instances.Exists(other => other.Name == group.Name && other.Place == group.Place && other.FirstProcess != group.FirstProcess);
        return named with
        {
            Identity = hasTwin ? $"{group.Name}/{group.Place}/{group.FirstProcess}" : $"{group.Name}/{group.Place}",
            LongerNames = [$"{group.Name} ({group.Place})", $"{group.Name} ({group.Place}, pid {group.FirstProcess})"],
        };
    }

    private void AddProcess(object? input)
    {
        NotePlace();
        processes.Add(input);
    }

    private void AddListed(int id)
    {
        NotePlace();
        processes.AddListed(id);
    }

    private void NotePlace()
    {
        if (processes.IsEmpty)
        {
            placeOfProcesses = groups.Count;
        }
    }
}
