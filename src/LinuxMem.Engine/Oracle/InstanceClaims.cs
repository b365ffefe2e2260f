using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// Which one instance a process says that it is of: the one that it is called after (<c>ora_smon_DB1</c>, <c>oracleDB1 (LOCAL=NO)</c>), or
/// else the one in its environment. It counts where the instance's pmon process is of the same user and in the same IPC namespace: others
/// cannot have its memory. Where the namespace of a process is not to be known, it is of no instance but the one whose pmon it is.
/// </summary>
internal sealed partial class InstanceClaims
{
    /// <summary>Bytes of a command line that are looked at, and characters that a name has at the most.</summary>
    private const int MaxName = 1024;

    private readonly Dictionary<MemProcess, PmonProcess> claims = [];
    private readonly Dictionary<int, ulong> namespaces = [];

    private InstanceClaims()
    {
    }

    /// <summary>The processes that are of an instance, each with the pmon process of that.</summary>
    public IReadOnlyDictionary<MemProcess, PmonProcess> All => claims;

    /// <summary>Finds them. Each process is looked at once, however many instances there are.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="monitors">
    /// The pmon processes in it: all of them, also where some are wanted only, or what is called after another instance would seem to be
    /// of the one in its environment.
    /// </param>
    /// <param name="threads">The most threads to read with.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static InstanceClaims Find(ProcessTable table, IReadOnlyList<PmonProcess> monitors, int threads, CancellationToken cancellation)
    {
        var found = new InstanceClaims();
        if (monitors.Count == 0)
        {
            return found;
        }

        ProcessTable.Load(table.Processes, ProcessFacts.Owner, threads, cancellation);
        HashSet<long?> users = [.. monitors.Select(pmon => pmon.Process.Uid)];
        MemProcess[] candidates = [.. table.Processes.Where(process => users.Contains(process.Uid))];
        table.AskFor(["ORACLE_SID"]);
        ProcessTable.Load(candidates, ProcessFacts.Variables, threads, cancellation);
        var looks = new ConcurrentDictionary<MemProcess, Look>();
        ProcessInquiry.Each(candidates, threads, process => LookAt(table.Root, process), (process, look) => looks[process] = look, cancellation);
        ILookup<(long? Uid, string Sid), PmonProcess> known = monitors.ToLookup(pmon => (pmon.Process.Uid, pmon.Sid));
        Dictionary<int, PmonProcess> own = monitors.ToDictionary(pmon => pmon.Process.Id);
        foreach (PmonProcess pmon in monitors)
        {
            found.namespaces[pmon.Process.Id] = looks.GetValueOrDefault(pmon.Process).IpcNamespace ?? 0;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (MemProcess process in candidates)
        {
            cancellation.ThrowIfCancellationRequested();
            names.Clear();
            Look look = looks.GetValueOrDefault(process);
            AddNames(look.Line ?? string.Empty, names);
            EnvironmentVariable variable = process.Variable("ORACLE_SID");
            PmonProcess? claimed = own.GetValueOrDefault(process.Id)
                ?? names.Select(Named).FirstOrDefault(one => one is not null)
                ?? (variable is { IsMasked: false, Value: { Length: <= MaxName } sid } ? Named(sid) : null);
            if (claimed is not null)
            {
                found.claims[process] = claimed;
            }

            PmonProcess? Named(string sid) => look.IpcNamespace is ulong ipc ? known[(process.Uid, sid)].FirstOrDefault(pmon => looks.GetValueOrDefault(pmon.Process).IpcNamespace == ipc) : null;
        }

        return found;
    }

    /// <summary>The number of the IPC namespace that an instance lives in; 0 for the engine's own, and where it is not known.</summary>
    public ulong NamespaceOf(PmonProcess pmon) => namespaces.GetValueOrDefault(pmon.Process.Id);

    /// <summary>What it is called, and its IPC namespace. Both are read through a thread that lives: the main one may have ended.</summary>
    private static Look LookAt(Machine root, MemProcess process)
    {
        Span<byte> path = stackalloc byte[64];
        Span<byte> line = stackalloc byte[MaxName];
        using OpenedFile file = root.Open(process.AddressSpacePath(path, "/cmdline"u8));
        int n = ProcFile.ReadUpTo(file, line, 0);
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(path, default));
        ulong? ipc = place.IsOpen && IpcNamespace.TryRead(place, out ulong number) ? number : null;
        return process.IsStillThere() ? new Look(n > 0 ? CmdlineFile.Parse(line[..n]) : string.Empty, ipc) : default;
    }

    /// <summary>The names of instances that a process is called after.</summary>
    private static void AddNames(string line, HashSet<string> names)
    {
        if (Background().Match(line) is { Success: true } background)
        {
            names.Add(background.Groups["sid"].Value);
        }

        const string Server = "oracle";
        if (line.StartsWith(Server, StringComparison.Ordinal))
        {
            string rest = line[Server.Length..];
            names.Add(rest);
            names.Add(rest.Split(' ', 2)[0]);
        }
    }

    [GeneratedRegex(@"\A(?:ora|asm|mdb|apx)_[A-Za-z0-9]+_(?<sid>.+)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Background();

    private readonly record struct Look(string? Line, ulong? IpcNamespace);
}
