using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// The pipeline input of <c>Get-MemGroup</c>: filters become the groups of one report, in order; processes become one
/// group.
/// </summary>
internal sealed class PipedInput
{
    private readonly List<NamedFilter> filters = [];
    private readonly PipedProcesses processes = new();
    private int placeOfProcesses;

    /// <summary>True when there was no input.</summary>
    public bool IsEmpty => filters.Count == 0 && processes.IsEmpty;

    /// <summary>Adds one object.</summary>
    /// <exception cref="LinuxMemException">It is neither a filter nor a process of this machine.</exception>
    public void Add(object? input)
    {
        if (FilterInput.IsFilter(input))
        {
            filters.AddRange(FilterInput.Report(input));
            return;
        }

        if (processes.IsEmpty)
        {
            placeOfProcesses = filters.Count;
        }

        processes.Add(input);
    }

    /// <summary>The split that the input describes.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="missing">How many of the processes are not in the listing.</param>
    public Split Split(ProcessTable table, out int missing)
    {
        missing = 0;
        if (filters.Count == 0)
        {
            return processes.Split(table, out missing);
        }

        if (!processes.IsEmpty)
        {
            filters.Insert(placeOfProcesses, processes.Filter());
        }

        return new CustomSplit(filters);
    }
}
