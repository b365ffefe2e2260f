using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// A process with the name of an instance's process monitor. Anybody can give a process that name and any environment,
/// so nothing is run for it that its own user could not run.
/// </summary>
internal sealed class PmonProcess
{
    /// <summary>The longest path of a home, in characters: instances name it, and anybody can make thousands of processes.</summary>
    private const int MaxHome = 512;

    private PmonProcess(MemProcess process, string kind, string sid)
    {
        Process = process;
        Kind = kind;
        Sid = sid;
    }

    public MemProcess Process { get; }

    /// <summary>ora, asm, mdb or apx.</summary>
    public string Kind { get; }

    public string Sid { get; }

    /// <summary>The environment, read together with the owner; empty before.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <summary>ORACLE_HOME; null when it is not set, not known, or longer than any is.</summary>
    public string? Home => Environment.GetValueOrDefault("ORACLE_HOME") is { Length: <= MaxHome } home ? home : null;

    /// <summary>The owner; null when that cannot be relied on.</summary>
    public PmonOwner? Owner { get; private set; }

    /// <summary>The process monitors among the processes of a listing.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static List<PmonProcess> Find(ProcessTable table, CancellationToken cancellation)
    {
        IReadOnlyDictionary<MemProcess, PmonName> names = PmonName.Find(table.Root, table.Processes, System.Environment.ProcessorCount, cancellation);
        return [.. names.OrderBy(pair => pair.Key.Id).Select(pair => new PmonProcess(pair.Key, pair.Value.Kind, pair.Value.Sid))];
    }

    /// <summary>
    /// Reads owner and environment; says why nothing may be run for the process, null when it may.
    /// </summary>
    /// <param name="root">The tree it was found in.</param>
    /// <param name="live">The kernel's own /proc.</param>
    public string? Examine(Machine root, Machine live)
    {
        ProcessCredentials? credentials = ProcessCredentials.Read(root, Process.Id);
        AuxvFile? started = AuxvFile.Read(root, Process.Id);
        Environment = ReadEnvironment(root, Process.Id) ?? Environment;
        PmonOwner? owner = credentials is null || root.WhyNotAsked is not null ? null : PmonOwner.Read(root, Process.Id, credentials);
        ProcessCredentials? after = ProcessCredentials.Read(root, Process.Id);
        AuxvFile? startedAfter = AuxvFile.Read(root, Process.Id);
        if (root.WhyNotAsked is string reason)
        {
            return reason;
        }

        if (!Process.IsStillThere())
        {
            return "not asked: its pmon process has ended";
        }

        if (credentials is null || after is null)
        {
            return "owner unknown: its pmon process cannot be read";
        }

        if (credentials.Uids.Contains(0u) || after.Uids.Contains(0u))
        {
            return "not asked: its pmon process runs as root";
        }

        if (!credentials.HasOneUser)
        {
            return "owner unknown: the user ids of its pmon process differ";
        }

        if (started is null || startedAfter is null)
        {
            return "not asked: the environment of its pmon process may not be read";
        }

        // A set-user-id program has its caller's name and environment but another user's rights, so all user ids must be
        // the same. They are read before and after the environment, so that both are of one program. The effective group
        // may come from a set-group-id program (oracle is one) and is not passed on.
        if (!credentials.Equals(after) || started != startedAfter
            || started.RealUid != credentials.Uids[0] || started.EffectiveUid != credentials.Uids[0] || started.RealGid != credentials.Gids[0])
        {
            return "owner unknown: its pmon process is not who it was started by";
        }

        Owner = owner;
        return Confinement(root, live, credentials);
    }

    /// <summary>
    /// A process in a container or sandbox is not queried: <c>sqlplus</c> would run outside of it, which would be a way out.
    /// </summary>
    private string? Confinement(Machine root, Machine live, ProcessCredentials credentials)
    {
        // System calls name processes by pid, so the tree must have the pids of this process's own namespace.
        if (Link(live, "self") is not string number || number != Link(root, "self"))
        {
            return "not asked: it is seen from another pid namespace";
        }

        foreach (string name in new[] { "ns/user", "ns/mnt", "ns/pid", "ns/net", "ns/ipc", "root" })
        {
            string? own = Link(live, $"self/{name}");
            if (own is null || own != Link(root, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Process.Id}/{name}")))
            {
                return name == "root" ? "not asked: it has another root directory" : $"not asked: it is in a container (another {name[3..]} namespace)";
            }
        }

        ProcessCredentials? self = ProcessCredentials.Read(live, System.Environment.ProcessId);
        return self is null || (credentials.NoNewPrivileges && !self.NoNewPrivileges) || (credentials.Seccomp != 0 && self.Seccomp == 0)
            || (self.Uids[0] != 0 && (self.BoundingSet & ~credentials.BoundingSet) != 0)
            ? "not asked: its pmon process is confined"
            : null;
    }

    private static string? Link(Machine root, string path)
    {
        Span<byte> target = stackalloc byte[4096];
        int n = root.ReadLink([.. SurrogateEscape.Encode(path), 0], target);
        return n > 0 ? SurrogateEscape.Decode(target[..n]) : null;
    }

    private static Dictionary<string, string>? ReadEnvironment(Machine root, int pid)
    {
        Span<byte> name = stackalloc byte[64];
        Dictionary<string, string> variables = EnvironFile.Read(root.Open(Machine.ProcessPath(name, pid, "/environ"u8)), pid, out int read);
        return read >= 0 ? variables : null;
    }
}
