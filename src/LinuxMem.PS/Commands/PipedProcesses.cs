using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;

namespace LinuxMem.PowerShell.Commands;

/// <summary>Processes from the pipeline: they form one group, against all others.</summary>
internal sealed class PipedProcesses
{
    private readonly HashSet<int> ids = [];
    private readonly HashSet<int> asNumbers = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private bool allNamed = true;

    /// <summary>True when there was no process.</summary>
    public bool IsEmpty => ids.Count == 0;

    /// <summary>Adds one object.</summary>
    /// <exception cref="LinuxMemException">It is not a process of this machine.</exception>
    public void Add(object? input)
    {
        PSObject wrapped = input is null ? throw Refused("Nothing ($null) came through the pipeline where a process was expected.", input) : PSObject.AsPSObject(input);
        switch (wrapped.BaseObject)
        {
            case Process process:
                Add(Id(process), NameOf(process));
                break;
            case MemProcess process:
                Add(process.Id, process.Comm);
                break;
            case int or long or uint or short or ushort or byte:
                int id = Number(wrapped.BaseObject, input);
                asNumbers.Add(id);
                Add(id, null);
                break;
            default:
                RefuseOtherMachine(wrapped);
                object? value = (wrapped.Properties["Id"] ?? wrapped.Properties["Pid"])?.Value
                    ?? throw Refused($"An object of type {wrapped.BaseObject.GetType().Name} is neither a filter nor a process: it has neither Id nor Pid.", input);
                Add(Number(value, input), (wrapped.Properties["ProcessName"] ?? wrapped.Properties["Comm"])?.Value as string);
                break;
        }
    }

    /// <summary>
    /// The split for the processes in the listing. Process objects may be missing, because they have ended or have no
    /// memory (kernel threads, which Get-Process lists too); ids given as numbers must be there.
    /// </summary>
    /// <param name="table">The listing.</param>
    /// <param name="missing">How many of the process objects are not in the listing.</param>
    public PidSplit Split(ProcessTable table, out int missing)
    {
        var there = table.Processes.Select(process => process.Id).ToHashSet();
        int[] present = [.. ids.Where(id => there.Contains(id) || asNumbers.Contains(id)).Order()];
        missing = ids.Count - present.Length;

        // When none is left, keep all ids, so that the scan's check reports them as not found.
        return new PidSplit(present.Length > 0 ? present : [.. ids.Order()], Name);
    }

    /// <summary>The group as a named filter, for a report that has other groups too.</summary>
    public NamedFilter Filter()
    {
        FilterPredicate pid = FilterPredicates.Find("pid")!;
        ProcessFilter filter = ids.Count == 1 ? pid.With(ids.First()) : CompositeFilter.Or(ids.Order().Select(id => pid.With(id)));
        return new NamedFilter(Name ?? filter.ToString()!, filter);
    }

    /// <summary>The name that all processes share; null when they differ.</summary>
    private string? Name => allNamed && names.Count == 1 ? names.First() : null;

    private static int Id(Process process)
    {
        try
        {
            return process.Id;
        }
        catch (InvalidOperationException e)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "A process object came through the pipeline that belongs to no process.", process, e);
        }
    }

    /// <summary>The process's name; null when it has ended.</summary>
    private static string? NameOf(Process process)
    {
        try
        {
            return process.ProcessName;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static int Number(object value, object? input)
    {
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        try
        {
            return Convert.ToInt32(value, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException)
        {
            throw Refused($"'{value}' is no process id.", input);
        }
    }

    /// <summary>Refuses a process from another machine: its id means a different process here.</summary>
    private static void RefuseOtherMachine(PSObject wrapped)
    {
        if (wrapped.Properties["PSComputerName"]?.Value is string machine
            && machine is not ("localhost" or "127.0.0.1" or "::1")
            && !machine.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused($"The process comes from the machine {machine}. Run Get-MemGroup there: Invoke-Command -HostName {machine} {{ Get-Process … | Get-MemGroup }}.", wrapped);
        }
    }

    private static LinuxMemException Refused(string message, object? input) => new(LinuxMemError.InvalidArgument, message, input);

    private void Add(int id, string? name)
    {
        ids.Add(id);
        if (string.IsNullOrEmpty(name))
        {
            allNamed = false;
        }
        else
        {
            names.Add(name);
        }
    }
}
