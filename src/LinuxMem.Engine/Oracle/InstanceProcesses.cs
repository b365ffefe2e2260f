using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// The processes that belong to instances: of the user and in the IPC namespace of the instance's process monitor, and called as the
/// instance's; or, if they are called as no instance's, with its name in their environment. Each process is looked at once, however many
/// instances there are, and belongs to one.
/// </summary>
internal sealed partial class InstanceProcesses
{
    /// <summary>Bytes of a command line that are looked at, and characters that a name has at the most.</summary>
    public const int MaxName = 1024;

    private readonly Dictionary<(long? Uid, string Sid, ulong Ipc), List<int>> members = [];
    private readonly Dictionary<int, ulong> namespaces = [];

    /// <summary>Looks at the processes of a listing.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="monitors">The process monitors of the instances.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static InstanceProcesses Find(ProcessTable table, IReadOnlyList<PmonProcess> monitors, CancellationToken cancellation)
    {
        var found = new InstanceProcesses();
        HashSet<long?> users = [.. monitors.Select(pmon => pmon.Process.Uid)];
        MemProcess[] processes = [.. table.Processes.Where(process => users.Contains(process.Uid))];
        table.AskFor(["ORACLE_SID"]);
        ProcessTable.Load(processes, ProcessFacts.Variables, Environment.ProcessorCount, cancellation);
        var looks = new ConcurrentDictionary<MemProcess, Look>();
        ProcessInquiry.Each(processes, Environment.ProcessorCount, process => LookAt(table.Root, process), (process, look) => looks[process] = look, cancellation);
        foreach (PmonProcess pmon in monitors)
        {
            found.namespaces[pmon.Process.Id] = looks.GetValueOrDefault(pmon.Process).IpcNamespace;
            found.members.TryAdd(found.KeyOf(pmon), []);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (MemProcess process in processes)
        {
            cancellation.ThrowIfCancellationRequested();
            names.Clear();
            Look look = looks.GetValueOrDefault(process);
            AddNames(look.Line ?? string.Empty, names);
            List<int>? its = names.Select(Members).FirstOrDefault(list => list is not null)
                ?? (process.Variable("ORACLE_SID").Value is { Length: <= MaxName } sid ? Members(sid) : null);
            its?.Add(process.Id);

            List<int>? Members(string name) => found.members.GetValueOrDefault((process.Uid, name, look.IpcNamespace));
        }

        return found;
    }

    /// <summary>The ids of the processes of an instance, ascending.</summary>
    public IReadOnlyList<int> Of(PmonProcess pmon) => members[KeyOf(pmon)];

    /// <summary>The number of the IPC namespace that an instance lives in; 0 for the engine's own.</summary>
    public ulong NamespaceOf(PmonProcess pmon) => namespaces[pmon.Process.Id];

    /// <summary>The beginning of the command line; empty when it cannot be read.</summary>
    public static string CalledAs(Machine root, MemProcess process)
    {
        Span<byte> path = stackalloc byte[64];
        Span<byte> line = stackalloc byte[MaxName];
        using OpenedFile file = root.Open(process.AddressSpacePath(path, "/cmdline"u8));
        int n = ProcFile.ReadUpTo(file, line, 0);
        return n > 0 && process.IsStillThere() ? CmdlineFile.Parse(line[..n]) : string.Empty;
    }

    private (long? Uid, string Sid, ulong Ipc) KeyOf(PmonProcess pmon) => (pmon.Process.Uid, pmon.Sid, NamespaceOf(pmon));

    /// <summary>What it is called, and its IPC namespace, the engine's own when that is not to be known.</summary>
    private static Look LookAt(Machine root, MemProcess process)
    {
        string called = CalledAs(root, process);
        Span<byte> path = stackalloc byte[64];
        Span<byte> link = stackalloc byte[64];
        int length = root.ReadLink(process.AddressSpacePath(path, "/ns/ipc"u8), link);
        ulong ipc = length > 0 && IpcNamespace.TryNumber(link[..length], out ulong number) && number != root.OwnIpcNamespace ? number : 0;
        return process.IsStillThere() ? new Look(called, ipc) : default;
    }

    /// <summary>The names of instances that a process is called after.</summary>
    public static void AddNames(string line, HashSet<string> names)
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

    private readonly record struct Look(string? Line, ulong IpcNamespace);
}
