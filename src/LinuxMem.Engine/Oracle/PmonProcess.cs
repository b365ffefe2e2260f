using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// A process that is called as an instance's process monitor. Anybody can call a process so, with an
/// environment of his own: what it says is believed only as far as running it gives nobody more rights.
/// </summary>
internal sealed class PmonProcess
{
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

    /// <summary>The environment as it was when the process was found to be whose it is; empty before.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <summary>ORACLE_HOME; null when it is not set or not known.</summary>
    public string? Home => Environment.GetValueOrDefault("ORACLE_HOME");

    /// <summary>Whose the process is, and what it has; null when that is not to be relied on.</summary>
    public PmonOwner? Owner { get; private set; }

    /// <summary>The process monitors among the processes of a listing.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static List<PmonProcess> Find(ProcessTable table, CancellationToken cancellation)
    {
        IReadOnlyDictionary<MemProcess, PmonName> names = PmonName.Find(table.Root, table.Processes, System.Environment.ProcessorCount, cancellation);
        return [.. names.OrderBy(pair => pair.Key.Id).Select(pair => new PmonProcess(pair.Key, pair.Value.Kind, pair.Value.Sid))];
    }

    /// <summary>
    /// Reads owner and environment, and says why nothing may be run on account of the process; null when it may.
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

        // A set-user-id program has the name and the environment that its caller gave it, but another's rights:
        // whoever the process is now must be whom the program was started by. Reading twice tells that it was
        // one and the same program. Its effective group is that of a set-group-id program (oracle is one)
        // and is not handed on.
        if (!credentials.Equals(after) || started != startedAfter
            || started.RealUid != credentials.Uids[0] || started.EffectiveUid != credentials.Uids[0] || started.RealGid != credentials.Gids[0])
        {
            return "owner unknown: its pmon process is not who it was started by";
        }

        Owner = owner;
        return Confinement(root, live, credentials);
    }

    /// <summary>
    /// What is run on its account is outside of a container or sandbox that the process may be in, so it would
    /// get out of it that way.
    /// </summary>
    private string? Confinement(Machine root, Machine live, ProcessCredentials credentials)
    {
        // Also calls by its number have to mean it: the tree must show our own numbers.
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
        byte[] buffer = new byte[8192];
        int n = root.ReadAll(Machine.ProcessPath(name, pid, "/environ"u8), ref buffer);
        return n >= 0 ? EnvironFile.Parse(buffer.AsSpan(0, n)) : null;
    }
}
