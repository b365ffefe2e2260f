using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// An object from the pipeline that stands for several processes: a group, a segment (who has it attached), a shared memory
/// object (who holds it), a control group, an instance of Oracle or PostgreSQL. Those
/// of jobs and remoting are told by the same properties.
/// </summary>
internal sealed class PipedGroup
{
    private readonly PSObject source;
    private readonly Func<ProcessTable, IEnumerable<int>> members;

    private PipedGroup(PSObject source, string name, Func<ProcessTable, IEnumerable<int>> members)
    {
        this.source = source;
        this.members = members;
        Name = name;
    }

    /// <summary>The name of its group.</summary>
    public string Name { get; }

    /// <summary>Of an instance, where it runs: its container, or else its user. Null for what is none.</summary>
    public string? Place { get; private init; }

    /// <summary>Of an instance, the id of its first process, which tells two apart that are alike in all else.</summary>
    public string? FirstProcess { get; private init; }

    /// <summary>The group that an object stands for; null for an object that is something else.</summary>
    /// <exception cref="LinuxMemException">It stands for processes that nothing tells.</exception>
    public static PipedGroup? From(PSObject source)
    {
        // Of an instance of Oracle they are found anew: it may have ended.
        if (Property(source, nameof(OracleInstance.PmonPid)) is null && Property(source, nameof(MemGroup.ProcessIds)) is PSPropertyInfo ofGroup)
        {
            string name = Text(source, nameof(MemGroup.GroupName)) ?? Text(source, nameof(MemCgroup.Name)) ?? Text(source, nameof(PostgresInstance.DataDirectory)) ?? "processes";
            int[] ids = Ids(ofGroup.Value) ?? throw NoMembers($"The group {VisibleText.InMessage(name)} does not tell its processes (ProcessIds).", source);
            string? postmaster = Text(source, nameof(PostgresInstance.PostmasterPid));
            return new PipedGroup(source, name, _ => ids) { FirstProcess = postmaster, Place = postmaster is null ? null : PlaceOf(source) };
        }

        if (Property(source, nameof(ShmSegment.AttachedPids)) is PSPropertyInfo ofSegment)
        {
            string name = $"shmid {Text(source, nameof(ShmSegment.ShmId))}";
            int[] ids = Ids(ofSegment.Value) ?? throw NoMembers($"Who has the segment {VisibleText.InMessage(name)} attached is not known (AttachedPids): read the segments as root.", source);
            return new PipedGroup(source, name, _ => ids);
        }

        if (Property(source, nameof(SharedMemory.OpenPids)) is not null && Property(source, nameof(SharedMemory.Pids)) is PSPropertyInfo ofObject)
        {
            string name = $"{Text(source, nameof(SharedMemory.Kind))} {Text(source, nameof(SharedMemory.Name))}";
            int[] ids = Ids(ofObject.Value) ?? throw NoMembers($"Who holds the object {VisibleText.InMessage(name)} is not known (Pids): list the objects as root.", source);
            return new PipedGroup(source, name, _ => ids);
        }

        if (Text(source, nameof(OracleInstance.Sid)) is string sid && Property(source, nameof(OracleInstance.PmonPid))?.Value is object pmon)
        {
            int pid = PipedProcesses.Number(pmon, source);
            return new PipedGroup(source, sid, table => OracleInstances.ProcessesOf(table, sid, pid) is { Count: > 0 } found
                ? found
                : throw NoMembers(string.Create(CultureInfo.InvariantCulture, $"The instance {VisibleText.InMessage(sid)} is not among the processes read: its pmon process {pid} has ended."), source))
            {
                FirstProcess = string.Create(CultureInfo.InvariantCulture, $"{pid}"),
                Place = PlaceOf(source),
            };
        }

        return null;
    }

    /// <summary>The ids of its processes.</summary>
    /// <exception cref="LinuxMemException">It is of another machine.</exception>
    public HashSet<int> Members(ProcessTable table)
    {
        PipedProcesses.RefuseOtherMachine(source, table.Root);
        return [.. members(table)];
    }

    /// <summary>A property as text; null where it is not there or empty.</summary>
    public static string? Text(PSObject source, string property) =>
        Property(source, property)?.Value is object value ? Convert.ToString(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture) : null;

    /// <summary>A property by its name, or by the heading that the JSON and CSV of <c>linuxmem</c> have for it; null where neither is there.</summary>
    public static PSPropertyInfo? Property(PSObject source, string name) =>
        source.Properties[name] ?? source.Properties[JsonNamingPolicy.SnakeCaseLower.ConvertName(name)];

    private static string PlaceOf(PSObject source) =>
        Text(source, nameof(PostgresInstance.Container)) is { Length: > 0 } container ? container : Text(source, nameof(PostgresInstance.User)) ?? "unknown user";

    /// <summary>Ids from a list, or from the text that a list is in CSV; null for none.</summary>
    private static int[]? Ids(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        string text => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => PipedProcesses.Number(id, text))],
        IEnumerable list => [.. list.Cast<object>().Select(id => PipedProcesses.Number(id, value))],
        int id => [id],
        _ => null,
    };

    private static LinuxMemException NoMembers(string message, PSObject source) => new(LinuxMemError.ProcessNotFound, message, source);
}
