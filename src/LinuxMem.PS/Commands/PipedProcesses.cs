using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Texts;
using LinuxMem.PowerShell.Filters;
using Machine = LinuxMem.Engine.Sources.Machine;

namespace LinuxMem.PowerShell.Commands;

/// <summary>Processes from the pipeline: they form one group, against all others.</summary>
internal sealed class PipedProcesses
{
    /// <summary>The characters of the longest text that can be a process id, a number of bytes, with blanks and zeros.</summary>
    internal const int MaxNumber = 64;

    /// <summary>The most characters of a host's name (DNS: 253).</summary>
    internal const int MaxHostName = 255;

    /// <summary>The characters of the longest text that can be a time.</summary>
    internal const int MaxTime = 128;

    private readonly HashSet<int> ids = [];
    private readonly HashSet<int> asNumbers = [];
    private readonly Dictionary<int, string> names = [];
    private readonly List<string> fromGetProcess = [];
    private readonly List<PSObject> ofMachines = [];

    /// <summary>True when there was no process.</summary>
    public bool IsEmpty => ids.Count == 0;

    /// <summary>The ids.</summary>
    public IReadOnlySet<int> Ids => ids;

    /// <summary>Those of the ids that were given as numbers, not by what lists processes.</summary>
    public IReadOnlySet<int> AsNumbers => asNumbers;

    /// <summary>Adds an id of a list, such as pgrep writes it, which has kernel threads and what ends meanwhile in it.</summary>
    public void AddListed(int id) => Add(id, null);

    /// <summary>Adds one object.</summary>
    /// <exception cref="LinuxMemException">It is not a process of this machine.</exception>
    public void Add(object? input)
    {
        PSObject wrapped = input is null ? throw Refused("Nothing ($null) came through the pipeline where a process was expected.", input) : PSObject.AsPSObject(input);
        switch (wrapped.BaseObject)
        {
            case Process process:
                string? name = NameOf(process);
                Add(Id(process), name);
                if (name is not null)
                {
                    fromGetProcess.Add(name);
                }

                break;
            case MemProcess process:
                ofMachines.Add(wrapped);
                Add(process.Id, process.Comm);
                break;
            case int or long or uint or short or ushort or byte:
                int id = Number(wrapped.BaseObject, input);
                asNumbers.Add(id);
                Add(id, null);
                break;
            default:
                ofMachines.Add(wrapped);
                object? value = (wrapped.Properties["Id"] ?? wrapped.Properties["Pid"])?.Value
                    ?? throw Refused($"An object of type {wrapped.BaseObject.GetType().Name} tells no process: it has neither Id nor Pid, nor is it a group, a segment, an object of shared memory, an instance or a filter.", input);
                Add(Number(value, input), (wrapped.Properties["ProcessName"] ?? wrapped.Properties["Comm"])?.Value as string);
                break;
        }
    }

    /// <summary>
    /// The split for the processes in the listing. Process objects and ids in text may be missing, because they have ended or have no
    /// memory (kernel threads, which Get-Process and pgrep list too); ids given as numbers must be there.
    /// </summary>
    /// <param name="table">The listing.</param>
    /// <param name="name">The name of the group; null for that of the processes.</param>
    /// <param name="missing">How many of the others are not in the listing.</param>
    public PidSplit Split(ProcessTable table, string? name, out int missing)
    {
        RefuseOtherMachines(table);
        var there = table.Processes.Select(process => process.Id).ToHashSet();
        int[] present = [.. ids.Where(id => there.Contains(id) || asNumbers.Contains(id)).Order()];
        missing = ids.Count - present.Length;

        // When none is left, keep all ids, so that the scan's check reports them as not found.
        return new PidSplit(present.Length > 0 ? present : [.. ids.Order()], name ?? ProcessNames.Of(ids, table, names));
    }

    /// <summary>The group as a named filter, for a report that has other groups too.</summary>
    public NamedFilter Filter(ProcessTable table, string? name)
    {
        RefuseOtherMachines(table);
        return new NamedFilter(name ?? ProcessNames.Of(ids, table, names), new IdFilter(ids));
    }

    /// <summary>
    /// Names the processes that Get-Process did not find, in a sentence: it knows programs that rewrite their arguments
    /// (<c>postgres: writer</c>) by those. Null for none.
    /// </summary>
    public string? Caveat(ProcessTable table)
    {
        foreach (string name in fromGetProcess.Distinct(StringComparer.Ordinal))
        {
            MemProcess[] all = [.. table.Processes.Where(process => process.Comm == name)];
            int found = all.Count(process => ids.Contains(process.Id));
            if (found > 0 && all.Any(process => !ids.Contains(process.Id) && process.CommandLine?.StartsWith(name + ":", StringComparison.Ordinal) == true))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Of {all.Length} processes of the name {name}, {found} came through the pipeline: Get-Process knows the others by the arguments that they write. 'Get-MemGroup {name}' finds them all.");
            }
        }

        return null;
    }

    /// <summary>The ids in a text of digits and blanks, as pgrep and pidof write them; null for another text.</summary>
    public static int[]? IdsIn(string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 && Array.TrueForAll(words, word => word.All(char.IsAsciiDigit)) ? Array.ConvertAll(words, word => Number(word, text)) : null;
    }

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

    /// <summary>A process id.</summary>
    /// <exception cref="LinuxMemException">It is no number.</exception>
    public static int Number(object value, object? input)
    {
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        try
        {
            if (value is string { Length: > MaxNumber })
            {
                throw new FormatException();
            }

            return Convert.ToInt32(value, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException)
        {
            throw Refused($"'{VisibleText.InMessage(value)}' is no process id.", input);
        }
    }

    /// <summary>Refuses what its process ids mean others of: of another machine, of before its last start, of another snapshot.</summary>
    /// <exception cref="LinuxMemException">It does not belong to the listing.</exception>
    public static void RefuseOtherMachine(PSObject source, Machine machine)
    {
        // What this module reports names the machine that was read; of other objects remoting says where they come from.
        string? name = PipedGroup.Text(source, nameof(MemProcess.ComputerName));
        if (machine.WhyNotOf(name, TimeOf(source), PipedGroup.Text(source, nameof(MemProcess.ProcRoot))) is string why)
        {
            throw Refused($"{why} Run the whole line where it was read, or read its snapshot, with -ProcRoot.", source);
        }

        if (name is null && PipedGroup.Text(source, "PSComputerName") is string sender
            && sender is not ("localhost" or "127.0.0.1" or "::1") && !sender.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase))
        {
            sender = VisibleText.InMessage(sender);
            throw Refused($"What came through the pipeline is of the machine {sender}. Run the whole line there: Invoke-Command -HostName {sender} {{ … | Get-MemGroup }}; or read its snapshot, with -ProcRoot.", source);
        }
    }

    /// <summary>When an object was read; null where it does not tell, or in a form that nothing reads, as some cultures write it into a CSV.</summary>
    private static DateTime? TimeOf(PSObject source)
    {
        object? value = PipedGroup.Property(source, nameof(MemProcess.Time))?.Value;
        return (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            DateTime time => time.ToLocalTime(),
            string { Length: <= MaxTime } text when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTime time) => time,
            _ => null,
        };
    }

    /// <summary>Refuses processes of other machines than the listing.</summary>
    /// <exception cref="LinuxMemException">One comes from another machine.</exception>
    public void RefuseOtherMachines(ProcessTable table) => ofMachines.ForEach(source => RefuseOtherMachine(source, table.Root));

    private static LinuxMemException Refused(string message, object? input) => new(LinuxMemError.InvalidArgument, message, input);

    private void Add(int id, string? name)
    {
        ids.Add(id);
        if (!string.IsNullOrEmpty(name))
        {
            names[id] = name;
        }
    }
}
