using System.Text;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Fuzz;

/// <summary>All parsers of the engine: of /proc text, of page maps, of snapshots, of filters, of an answer of sqlplus.</summary>
internal sealed class FuzzTargets : IDisposable
{
    /// <summary>Lines longer than this are cut: small, so that many are.</summary>
    private const int LineBuffer = 256;

    private readonly ThreadLocal<ProcessFolder> folder = new(() => new ProcessFolder(), trackAllValues: true);
    private readonly ThreadLocal<SpoiledTree> tree = new(() => new SpoiledTree(), trackAllValues: true);
    private readonly ThreadLocal<SpoiledSnapshot> snapshot = new(() => new SpoiledSnapshot(), trackAllValues: true);
    private readonly ThreadLocal<StoredInput> stored = new(() => new StoredInput(), trackAllValues: true);
    private readonly ProcessTable table = ProcessListing.List(Machine.Open());
    private readonly MemProcess self;

    /// <param name="withLive">True to begin from the files of this machine too, not from those of the repository only.</param>
    public FuzzTargets(bool withLive)
    {
        var corpus = new FuzzCorpus(withLive);
        self = table.Processes.Single(process => process.Id == Environment.ProcessId);
        List<byte[]> texts = [.. corpus.Files("environ"), .. corpus.Files("cmdline"), .. corpus.Lines("maps")];
        List<byte[]> filters = [.. Filters().Select(Encoding.UTF8.GetBytes)];
        All =
        [
            new("stat", corpus.Files("stat"), Stat),
            new("status", corpus.Files("status"), Status),
            new("credentials", corpus.Files("status"), Credentials),
            new("environ", corpus.Files("environ"), Environ),
            new("cmdline", corpus.Files("cmdline"), Cmdline),
            new("cgroup", corpus.Files("cgroup"), Cgroup),
            new("uid map", ["         0          0 4294967295\n"u8.ToArray(), "0 100000 65536\n65536 1000 1\n"u8.ToArray()], input => UidMapFile.Parse(input).Inside(1000)),
            new("passwd", ["root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:\n"u8.ToArray()], input => PasswdFile.Parse(input)),
            new("auxv", corpus.Files("auxv"), input => AuxvFile.Parse(input)),
            new("boot time", corpus.Files("stat"), BootTime),
            new("hostname", ["db1.example.org\n"u8.ToArray(), "# comment\n\n web \n"u8.ToArray()], input => BrokenRuleException.ThrowUnless(HostnameFile.Parse(input) is null or { Length: > 0 and <= HostnameFile.MaxLength }, "a name of no length")),
            new("iomem", corpus.Files("iomem"), Iomem),
            new("meminfo", corpus.Files("meminfo"), Meminfo),
            new("all of meminfo", corpus.Files("meminfo"), input => BrokenRuleException.ThrowUnless(MeminfoFile.ParseAll(input).Values.All(bytes => bytes >= 0), "less than nothing")),
            new("vmstat", ["nr_zspages 3\nanon 40960\noom_kill 1\n"u8.ToArray()], input => BrokenRuleException.ThrowUnless(VmstatFile.ParseAll(input).Values.All(pages => pages >= 0), "less than nothing")),
            new("sysctl", ["18446744073692774399\n"u8.ToArray(), "2\n"u8.ToArray()], input => BrokenRuleException.ThrowUnless(SysctlFile.Parse(input) is null or >= 0, "less than nothing")),
            new("numa_maps", ["7f59e25a4000 default anon=5572 dirty=5572 active=0 N0=2048 N1=3524 kernelpagesize_kB=4"u8.ToArray(), "00400000 prefer:1 file=/bin/a\\040b N0=18446744073709551615 kernelpagesize_kB=1048576"u8.ToArray()], input => BrokenRuleException.ThrowUnless(!NumaMapsLine.TryParse(input, 4096, out NumaMapsLine line) || line.Resident <= 1UL << 62, "more than there is")),
            new("zoneinfo", ["Node 0, zone   Normal\n  pages free     3840\n  pagesets\n    cpu: 0\n              count:    5\n"u8.ToArray()], input => BrokenRuleException.ThrowUnless(ZoneinfoFile.ParseKept(input)?.Values.All(pages => pages >= 0) ?? true, "less than nothing")),
            new("control group", ["some avg10=1.50 avg60=0.10 avg300=0.00 total=123\nfull avg10=0.25\n"u8.ToArray(), "cache 1\ntotal_rss 5\nhierarchical_memory_limit 9223372036854771712\nanon 5\nfile 7\nshmem 3\nslab 4\noom_kill 5\nmax 3\n"u8.ToArray(), "4096\n"u8.ToArray(), "max\n"u8.ToArray()], CgroupFiles),
            new("limits", [.. corpus.Files("limits"), "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 524288               files     \n"u8.ToArray()], input => BrokenRuleException.ThrowUnless(LimitsFile.OpenFiles(input) is null or >= 0, "less than nothing")),
            new("all limits", corpus.Files("limits"), input => BrokenRuleException.ThrowUnless(LimitsFile.Parse(input) is null or { Length: 16 }, "not all limits")),
            new("swaps", [.. corpus.Files("swaps"), "Filename\tType\tSize\tUsed\tPriority\n/swap file 1 0 1\n"u8.ToArray()], input => SwapsFile.CountAreas(input)),
            new("btf", [Btf()], input => BrokenRuleException.ThrowUnless(BtfFile.SwapAreas(input, 23, 32) is null or (>= 23 and <= 32), "not among those asked for")),
            new("maps line", corpus.Lines("maps"), MapsOneLine),
            new("smaps line", corpus.Lines("smaps"), SmapsOneLine),
            new("maps", corpus.Files("maps"), input => AddressSpaceOf(input, "maps")),
            new("smaps", corpus.Files("smaps"), input => AddressSpaceOf(input, "smaps")),
            new("segments", [.. corpus.Files("maps"), .. corpus.Files("smaps")], SegmentsOf),
            new("mountinfo", corpus.Files("mountinfo"), MountInfo),
            new("sysvipc shm", corpus.Files("sysvipc/shm"), SysvShm),
            new("text", texts, KernelTextOf),
            new("cgroup name", corpus.Lines("cgroup"), input => NamesOf(ControlGroup.Of(SurrogateEscape.Decode(input)))),
            new("sqlplus", [Encoding.ASCII.GetBytes("linuxmem-X sga 5\nlinuxmem-X processes 3 pga 7\nlinuxmem-X large_pages ONLY\nlinuxmem-X end\n"), Encoding.ASCII.GetBytes("ERROR:\nORA-01017: invalid username/password\n")], SqlPlus),
            new("filter", filters, FilterOf, Share: 3000, MostBytes: 1 << 20),
            new("pattern", [.. filters, .. texts], Pattern, MostBytes: 1 << 20),
            new("manifest", SpoiledSnapshot.Manifests, input => stored.Value!.Manifest(input)),
            new("page runs", StoredInput.PageRuns, input => stored.Value!.PageRunsOf(input)),
            new("archive", SpoiledSnapshot.Archives, input => snapshot.Value!.Archive(input), Share: 300, MostBytes: 4 << 20),
            new("whole snapshot", SpoiledSnapshot.Corpus, input => snapshot.Value!.Run(input), Share: 50, MostBytes: 16 << 20),
            new("whole tree", SpoiledTree.Corpus, input => tree.Value!.Run(input), Share: 100, MostBytes: 16 << 20),
        ];
    }

    public IReadOnlyList<FuzzTarget> All { get; }

    public void Dispose()
    {
        foreach (ProcessFolder used in folder.Values)
        {
            used.Dispose();
        }

        foreach (SpoiledTree used in tree.Values)
        {
            used.Dispose();
        }

        foreach (SpoiledSnapshot used in snapshot.Values)
        {
            used.Dispose();
        }

        foreach (StoredInput used in stored.Values)
        {
            used.Dispose();
        }

        folder.Dispose();
        tree.Dispose();
        snapshot.Dispose();
        stored.Dispose();
    }

    private static IEnumerable<string> Filters() =>
    [
        "true()", "false()", "comm(sshd),and(uid(0),not(comm(bash)))", "and(uid(1),gid(2),or(user(a*),pid(1),ppid(-1)))", "descendants(1234)", "comm(ora_*)", "comm('a\\n\\x1b\\u00e9\"')",
        "exe(/usr/lib/jvm/*/bin/java)", "cmdline(*--port 8080*)", "cmdline(\"a,b)\"*?'c')", "cgroup(/system.slice/*.service)", "env_k(DISPLAY)", "env_kv(ORACLE_SID,PROD*)", "env_kv( A B , \\* )", " or( not(true()) , false() ) ",
        "comm((a)(b))", "comm(\\xff\\xfe)", "env_kv(X,)", "not(not(not(not(true()))))", "uid(4294967295)", "comm(😀?é)", "",
        .. FilterPredicates.All.Select(predicate => predicate.Example),
    ];

    /// <summary>A structure, a pointer to it, an array of 28 of those, and their names.</summary>
    private static byte[] Btf() =>
    [
        .. new uint[] { 0x0001EB9F, 24, 0, 48, 48, 18, 1, 4 << 24, 64, 0, 2 << 24, 1, 0, 3 << 24, 0, 2, 2, 28 }.SelectMany(BitConverter.GetBytes),
        .. "\0swap_info_struct\0"u8,
    ];

    private static void Stat(byte[] input)
    {
        if (StatFile.TryParse(input, out StatFile stat))
        {
            BrokenRuleException.ThrowUnless(stat.Pid >= 0 && stat.Threads >= 0 && stat.Session >= 0, "a number that cannot be");
            SurrogateEscape.Decode(stat.Comm);
        }
    }

    private static void Status(byte[] input) =>
        BrokenRuleException.ThrowUnless(StatusFile.Parse(input) is var status && (status.Credentials is not ProcessCredentials whole || (whole.Uids[1] == status.EffectiveUid && whole.Gids[1] == status.EffectiveGid)), "two users of one process");

    private static void Credentials(byte[] input)
    {
        if (StatusFile.Parse(input).Credentials is ProcessCredentials file)
        {
            BrokenRuleException.ThrowUnless(file.Uids.Length == 4 && file.Gids.Length == 4, "not four ids");
            BrokenRuleException.ThrowUnless(file.Equals(StatusFile.Parse(input).Credentials), "not equal to itself");
        }
    }

    private void Environ(byte[] input)
    {
        folder.Value!.Write("environ", input);
        Dictionary<string, string> variables = EnvironFile.Read(folder.Value.Place.Open("environ\0"u8), 1, out int read);
        BrokenRuleException.ThrowUnless(read >= 0, "an error");
        var found = new Dictionary<string, string>();
        EnvironFile.Find(folder.Value.Place.Open("environ\0"u8), variables.Keys, 1, found, out _);
        BrokenRuleException.ThrowUnless(found.Count == variables.Count && found.All(pair => variables[pair.Key] == pair.Value), "one by one, they are others");
        foreach ((string name, string value) in variables)
        {
            BrokenRuleException.ThrowUnless(name.Length > 0 && !name.Contains('=') && !name.Contains('\0') && !value.Contains('\0'), "no variable");
        }
    }

    private void Cmdline(byte[] input)
    {
        folder.Value!.Write("cmdline", input);
        BrokenRuleException.ThrowUnless(!CmdlineFile.Parse(input).Contains('\0'), "a NUL is left");
        int read = CmdlineFile.Read(folder.Value.Place.Open("cmdline\0"u8), TextBuffer.ForThisThread, 1, out string? text);
        BrokenRuleException.ThrowUnless(read >= 0 && text == CmdlineFile.Parse(input), "read in pieces, it is another");
    }

    private static void Cgroup(byte[] input)
    {
        if (CgroupFile.Parse(input) is (string hierarchy, string path))
        {
            BrokenRuleException.ThrowUnless(path.Length > 0 && !path.Contains('\n'), "no path");
            NamesOf(ControlGroup.Of(path, hierarchy));
        }

        foreach (CgroupPath place in CgroupPath.Parse(input) ?? [])
        {
            BrokenRuleException.ThrowUnless(!place.Path.Contains('\n') && !place.Controllers.Contains(':'), "no control group");
        }
    }

    private static void NamesOf(ControlGroup group)
    {
        BrokenRuleException.ThrowUnless(group.Path.StartsWith(group.Key, StringComparison.Ordinal) || group.Key.Contains(':'), "the key is no part of the path");
        ControlGroupNames none = ControlGroupNames.None;
        foreach (string name in group.AllNames(none).Concat(group.AllContainerNames(none)).Concat(group.AllPodNames(none)))
        {
            BrokenRuleException.ThrowUnless(name.Length > 0 || group.Path.Length == 0, "no name");
        }
    }

    private static void BootTime(byte[] input) =>
        BrokenRuleException.ThrowUnless(BootTimeFile.Parse(input) >= DateTime.UnixEpoch, "before the beginning of time");

    private static void Iomem(byte[] input)
    {
        foreach ((ulong start, ulong end) in IomemFile.Parse(input))
        {
            BrokenRuleException.ThrowUnless(start < end, "a range that ends before it begins");
        }

        _ = new RamRanges(IomemFile.Parse(input), 4096);
    }

    private static void Meminfo(byte[] input) =>
        BrokenRuleException.ThrowUnless(MeminfoFile.Parse(input, "MemAvailable"u8) is null or >= 0, "less than nothing");

    private static void CgroupFiles(byte[] input)
    {
        BrokenRuleException.ThrowUnless(CgroupUsage.Read(_ => input, unified: true).IsSound(), "a charge that no group has");
        BrokenRuleException.ThrowUnless(CgroupUsage.Read(_ => input, unified: false).IsSound(), "a charge that no group has");
    }

    private static void MapsOneLine(byte[] input)
    {
        if (MapsLine.TryParse(input, out MapsLine line))
        {
            BrokenRuleException.ThrowUnless(line.Start < line.End, "a mapping that ends before it begins");
            new SegmentDevices().IsSegment(line, out _);
        }
    }

    private static void SmapsOneLine(byte[] input)
    {
        var sizes = default(SmapsFile);
        sizes.Add(input);
        sizes.Add(input);
    }

    private static void MountInfo(byte[] input)
    {
        List<MountInfoFile> mounts = MountInfoFile.Parse(input);
        var mountTree = new MountTree(mounts);
        foreach (MountInfoFile mount in mounts.Take(20))
        {
            mountTree.CoverOf(mount);
            mountTree.DoubtfulParentOf(mount);
        }
    }

    private static void SysvShm(byte[] input)
    {
        foreach (SysvShmFile segment in SysvShmFile.Parse(input))
        {
            BrokenRuleException.ThrowUnless(segment.Size <= long.MaxValue && segment.Resident <= long.MaxValue && segment.Swap <= long.MaxValue && segment.ShmId <= int.MaxValue, "a number that cannot be");
        }
    }

    private static void KernelTextOf(byte[] input)
    {
        string text = SurrogateEscape.Decode(input);
        BrokenRuleException.ThrowUnless(SurrogateEscape.Encode(text).AsSpan().SequenceEqual(input), "not the same bytes after decoding and encoding");
        EscapedText.Quote(text);
    }

    private static void SqlPlus(byte[] input)
    {
        var query = new SqlPlusQuery();
        string text = Encoding.Latin1.GetString(input);
        string mark = Encoding.ASCII.GetString(query.Text).Split('\'', ' ').First(word => word.StartsWith("linuxmem-", StringComparison.Ordinal));
        query.Parse(text.Replace("linuxmem-X", mark, StringComparison.Ordinal));
        SqlPlusQuery.Error(text);
    }

    private static void Pattern(byte[] input)
    {
        string text = SurrogateEscape.Decode(input.AsSpan(0, Math.Min(input.Length, 512)));
        TextPattern literal = TextPattern.Literal(text);
        BrokenRuleException.ThrowUnless(literal.Matches(literal.LiteralText!), "a text does not match itself");
    }

    private void FilterOf(byte[] input)
    {
        string text = SurrogateEscape.Decode(input);
        try
        {
            ProcessFilter filter = FilterParser.Parse(text);
            ProcessFilter again = FilterParser.Parse(filter.ToString()!);
            BrokenRuleException.ThrowUnless(filter.Equals(again), "printed, it reads back as another filter");

            // All threads of a run share the process; its facts are read by one at a time.
            lock (self)
            {
                filter.Matches(self, table.Tree);
            }
        }
        catch (FilterSyntaxException e)
        {
            BrokenRuleException.ThrowUnless(e.Position >= 0 && e.Position <= e.Filter.Length && e.Excerpt.Split('\n').Length == 2, "an error without a place");
        }

        try
        {
            BrokenRuleException.ThrowUnless(FilterParser.ParseList(text).Count > 0, "a list of nothing");
        }
        catch (FilterSyntaxException)
        {
            // The documented one.
        }
    }

    private void AddressSpaceOf(byte[] input, string file)
    {
        folder.Value!.Write(file, input);
        var space = new AddressSpace(new SegmentDevices(), 4096);
        int error = space.Load(folder.Value.Place, file == "smaps", new byte[LineBuffer]);
        bool isCutOff = input.Length > 0 && input[^1] != '\n';
        BrokenRuleException.ThrowUnless(error == FileBounds.Malformed || error == (isCutOff ? Errno.EIO : 0), $"error {error}");
        ulong end = 0;
        foreach (ref readonly Mapping mapping in space.Mappings)
        {
            BrokenRuleException.ThrowUnless(mapping.Start < mapping.End && mapping.Start >= end, "mappings out of order or over each other");
            end = mapping.End;
        }

        ReadCursor cursor = ReadCursor.Whole(isDense: false);
        for (int i = 0; cursor.MoveToReadable(space.Mappings) && i < 1000; i++)
        {
            cursor.TrySplit(space.Mappings, 2 << 20, out _);
            cursor.MoveToNextMapping();
        }
    }

    private void SegmentsOf(byte[] input)
    {
        folder.Value!.Write("maps", input);
        folder.Value.Write("smaps", input);
        var found = new List<SegmentMapping>();
        SegmentMappings.Read(folder.Value.Place, new SegmentDevices(), fromSmaps: false, new byte[LineBuffer], out _, found);
        SegmentMappings.Read(folder.Value.Place, new SegmentDevices(), fromSmaps: true, new byte[LineBuffer], out _, found);
    }
}
