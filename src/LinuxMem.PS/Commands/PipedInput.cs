using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>What comes through the pipeline: filters, which are the groups of one report in the order they come, and processes, which are one group.</summary>
internal sealed class PipedInput
{
    private readonly List<NamedFilter> filters = [];
    private readonly PipedProcesses processes = new();
    private int placeOfProcesses;

    /// <summary>True while nothing has come.</summary>
    public bool IsEmpty => filters.Count == 0 && processes.IsEmpty;

    /// <summary>Takes one object.</summary>
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

    /// <summary>The report that was asked for.</summary>
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
