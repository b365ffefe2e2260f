using System.Globalization;

namespace LinuxMem.Unit.Fixtures;

/// <summary>
/// A /proc tree whose tables are as wide as they get: names that are long, of double-width, combining and right-to-left
/// characters, and figures of the most characters.
/// </summary>
internal sealed class WidestNames : IDisposable
{
    /// <summary>The variable whose values are names of that kind.</summary>
    public const string Variable = "NAMED";

    /// <summary>1020.00 KiB.</summary>
    private const int Frames = 255;

    private static readonly string[] Comms = ["fifteen-letters", "日本語文字", "e\u0301e\u0301e\u0301e\u0301e\u0301", "שלום עולם", "✅✅✅✅"];

    private static readonly string[] Values =
    [
        "and(uid(0),not(comm(bash)),not(comm(a program with a name of many words)))", string.Concat(Enumerable.Repeat("日本語文字", 12)),
        string.Concat(Enumerable.Repeat("e\u0301", 60)), string.Concat(Enumerable.Repeat("שלום עולם ", 9)), string.Concat(Enumerable.Repeat("✅", 40)),
    ];

    private readonly ProcCopy copy = new();

    public WidestNames()
    {
        copy.Write("meminfo", "MemTotal: 8192 kB\n");
        copy.Write("sysvipc/shm", "key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap\n"
            + "-2147483648 2147483647 600 1044480 4194304 4194303 0 4294967290 5 5 5 1 1 1 1044480 1044480\n 1 6 600 4096 1 1 0 0 0 0 0 1 1 1 4096 0\n");
        for (int i = 0; i < Comms.Length; i++)
        {
            Add(4194300 - i, Comms[i], i, new Dictionary<string, string> { [Variable] = Values[i] });
            Add(20 + i, $"ora_pmon_{Comms[i]}", 50 + i, new Dictionary<string, string> { ["ORACLE_SID"] = Values[i], ["ORACLE_HOME"] = "/" + Values[i] });
        }
    }

    /// <summary>The tree.</summary>
    public string Root => copy.Root;

    public void Dispose() => copy.Dispose();

    private void Add(int pid, string comm, int number, IReadOnlyDictionary<string, string> environment)
    {
        ulong[] Entries(Func<ulong, ulong> entry) => [.. Enumerable.Range(number * Frames, Frames).Select(i => entry((ulong)i + 1))];
        string maps = string.Create(CultureInfo.InvariantCulture, $"10000-{0x10000 + (Frames * 4096):x} rw-p 00000000 00:00 0 \n1000000-{0x1000000 + (Frames * 4096):x} rw-p 00000000 00:00 0 \n");
        copy.Add(pid, comm, 4194304, 4294967290, maps, environment)
            .Map(0x10000, Entries(frame => ProcCopy.Frame(frame))).Map(0x1000000, Entries(offset => ProcCopy.Slot(0, offset))).Map(0x1000000 + (Frames * 4096), 0);
    }
}
