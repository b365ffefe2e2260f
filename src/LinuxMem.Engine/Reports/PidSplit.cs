using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits into the processes with given pids, and all others.</summary>
public sealed class PidSplit : Split
{
    private static readonly GroupKey Others = new(null, "Other") { LongerNames = () => ["Other (not listed)"] };
    private readonly HashSet<int> ids;
    private readonly GroupKey listed;
    private Dictionary<int, ulong>? started;

    /// <summary>Splits by a list of pids.</summary>
    /// <param name="ids">The pids.</param>
    /// <param name="name">The name of the group; null for the equivalent filter, such as
    /// <c>or(pid(1),pid(2))</c>.</param>
    /// <exception cref="LinuxMemException">The list is empty or contains a pid below 1.</exception>
    public PidSplit(IReadOnlyCollection<int> ids, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count == 0)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "The list of process ids to split by is empty. Give at least one.", ids);
        }

        foreach (int id in ids)
        {
            if (id < 1)
            {
                throw new LinuxMemException(LinuxMemError.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"{id} cannot be a process id: it must be 1 or more."), id);
            }
        }

        this.ids = [.. ids];
        if (name is null)
        {
            IEnumerable<string> each = this.ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"pid({id})"));
            name = this.ids.Count == 1 ? each.First() : $"or({string.Join(',', each)})";
        }

        listed = new GroupKey(name, name);
    }

    /// <summary>The same, the group named after its processes.</summary>
    /// <param name="table">The listing that they are in.</param>
    public PidSplit NamedAfter(ProcessTable table) => new(ids, ProcessNames.Of(ids, table));

    /// <inheritdoc/>
    public override string Name => "PID";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override IEnumerable<GroupKey> ExpectedGroups(IReadOnlyList<MemProcess> processes) => [listed, Others];

    /// <summary>Checks that every pid is in the first listing that is asked of; in those of later samples it may
    /// have ended, and another process may have its id, which then is none of the group.</summary>
    /// <exception cref="LinuxMemException">A pid is not there
    /// (<see cref="LinuxMemError.ProcessNotFound"/>).</exception>
    public override void Verify(ProcessTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (started is not null)
        {
            return;
        }

        Dictionary<int, ulong> there = table.Processes.Where(process => ids.Contains(process.Id)).ToDictionary(process => process.Id, process => process.StartTicks);
        foreach (int id in ids)
        {
            if (!there.ContainsKey(id))
            {
                throw new LinuxMemException(LinuxMemError.ProcessNotFound, string.Create(CultureInfo.InvariantCulture, $"There is no process {id} with memory of its own. Look it up with 'ps -p {id}': it has ended, or is a kernel thread or a zombie."), id);
            }
        }

        started = there;
    }

    /// <inheritdoc/>
    internal override bool IsRest(GroupKey key) => key.Equals(Others);

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        ids.Contains(process.Id) && (started is null || started[process.Id] == process.StartTicks) ? listed : Others;
}
