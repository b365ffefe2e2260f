using System.Management.Automation;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The pipeline input of <c>Get-MemProcess</c>: which processes to show.</summary>
internal sealed class PipedSelection
{
    /// <summary>The properties that name a process, where an object has no id.</summary>
    private static readonly string[] NameProperties = ["Name", "ProcessName", "Comm"];

    private readonly List<PipedGroup> groups = [];
    private readonly PipedProcesses processes = new();
    private readonly HashSet<int> members = [];

    /// <summary>True when nothing was chosen.</summary>
    public bool IsEmpty => processes.IsEmpty && groups.Count == 0 && Names.Count == 0;

    /// <summary>Names of processes, with wildcards.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Ids of processes.</summary>
    public IReadOnlySet<int> Ids => processes.Ids;

    /// <summary>Those given as numbers, each of which was asked for.</summary>
    public IReadOnlySet<int> AsNumbers => processes.AsNumbers;

    /// <summary>Ids of the processes of groups, some of which may have ended since.</summary>
    public IReadOnlySet<int> Members => members;

    /// <summary>Adds one object.</summary>
    /// <exception cref="LinuxMemException">It tells no process.</exception>
    public void Add(object? input)
    {
        object? value = input is PSObject wrapped ? wrapped.BaseObject : input;
        if (value is string text)
        {
            if (PipedProcesses.IdsIn(text) is int[] ids)
            {
                Array.ForEach(ids, processes.AddListed);
            }
            else
            {
                Names.Add(text);
            }
        }
        else if (input is not null && PipedGroup.From(PSObject.AsPSObject(input)) is PipedGroup group)
        {
            groups.Add(group);
        }
        else if (NameIn(input, value) is string name)
        {
            Names.Add(name);
        }
        else
        {
            processes.Add(input);
        }
    }

    /// <summary>Finds out what the input means on the machine that is read.</summary>
    /// <exception cref="LinuxMemException">It is of another machine.</exception>
    public void Resolve(ProcessTable table)
    {
        processes.RefuseOtherMachines(table);
        members.Clear();
        groups.ForEach(group => members.UnionWith(group.Members(table)));
    }

    /// <summary>The name in an object that has no id, such as a row of a CSV; null for another.</summary>
    private static string? NameIn(object? input, object? value) =>
        value is null or System.Diagnostics.Process or MemProcess or ValueType || PSObject.AsPSObject(input!) is not { } source
            || (source.Properties["Id"] ?? source.Properties["Pid"]) is not null
            ? null
            : NameProperties.Select(property => source.Properties[property]?.Value?.ToString()).FirstOrDefault(name => !string.IsNullOrEmpty(name));
}
