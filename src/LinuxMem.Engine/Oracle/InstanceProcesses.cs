using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// The processes of a user that belong to an instance: those that are called as the instance's, or have its name in their
/// environment. Each process is looked at once, however many instances there are.
/// </summary>
internal sealed partial class InstanceProcesses
{
    /// <summary>Bytes of a command line that are looked at, and characters that a name has at the most.</summary>
    public const int MaxName = 1024;

    private readonly Dictionary<(long? Uid, string Sid), List<int>> members = [];

    /// <summary>Looks at the processes of a listing.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static InstanceProcesses Find(ProcessTable table, CancellationToken cancellation)
    {
        var found = new InstanceProcesses();
        var lines = new ConcurrentDictionary<MemProcess, string>();
        ProcessInquiry.Each(table.Processes, Environment.ProcessorCount, process => CalledAs(table.Root, process), (process, line) => lines[process] = line, cancellation);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (MemProcess process in table.Processes)
        {
            cancellation.ThrowIfCancellationRequested();
            names.Clear();
            AddNames(lines.GetValueOrDefault(process, string.Empty), names);
            if (process.Variable("ORACLE_SID").Value is { Length: <= MaxName } sid)
            {
                names.Add(sid);
            }

            foreach (string name in names)
            {
                if (!found.members.TryGetValue((process.Uid, name), out List<int>? ids))
                {
                    found.members.Add((process.Uid, name), ids = []);
                }

                ids.Add(process.Id);
            }
        }

        return found;
    }

    /// <summary>The ids of the processes of a user that belong to an instance, ascending.</summary>
    public IReadOnlyList<int> Of(long? uid, string sid) => members.GetValueOrDefault((uid, sid)) ?? [];

    /// <summary>The beginning of the command line; empty when it cannot be read.</summary>
    public static string CalledAs(Machine root, MemProcess process)
    {
        Span<byte> path = stackalloc byte[64];
        Span<byte> line = stackalloc byte[MaxName];
        using OpenedFile file = root.Open(process.AddressSpacePath(path, "/cmdline"u8));
        int n = ProcFile.ReadUpTo(file, line, 0);
        return n > 0 && process.IsStillThere() ? CmdlineFile.Parse(line[..n]) : string.Empty;
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
}
