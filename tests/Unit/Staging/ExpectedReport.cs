namespace LinuxMem.Unit.Staging;

/// <summary>All groups of one division of processes.</summary>
internal sealed class ExpectedReport
{
    private static readonly int Page = IndependentCount.PageSize;

    private ExpectedReport(IReadOnlyList<ExpectedGroup> groups, long mapped)
    {
        Groups = groups;
        Mapped = mapped;
    }

    public IReadOnlyList<ExpectedGroup> Groups { get; }

    /// <summary>Bytes of all distinct frames.</summary>
    public long Mapped { get; }

    /// <summary>Works the figures out.</summary>
    /// <param name="processes">The processes scanned.</param>
    /// <param name="keyOf">The group of each.</param>
    public static ExpectedReport Of(IReadOnlyList<ProcessPages> processes, Func<int, object?> keyOf)
    {
        (object? Key, ProcessPages[] Members)[] divided = processes
            .GroupBy(p => new ValueTuple<object?>(keyOf(p.Pid)))
            .Select(g => (g.Key.Item1, g.ToArray()))
            .ToArray();
        Dictionary<ulong, int> frameGroups = Count(divided.Select(g => Union(g.Members, m => m.Frames)));
        Dictionary<ulong, int> slotGroups = Count(divided.Select(g => Union(g.Members, m => m.Slots)));
        Dictionary<long, int> segmentGroups = Count(divided.Select(g => Union(g.Members, m => m.Segments.Keys)));
        Dictionary<long, (long Rss, long Swap)> table = SegmentSizes(processes);

        var groups = new List<ExpectedGroup>();
        foreach ((object? key, ProcessPages[] members) in divided)
        {
            HashSet<ulong> frames = Union(members, m => m.Frames);
            HashSet<ulong> slots = Union(members, m => m.Slots);
            HashSet<long> segments = Union(members, m => m.Segments.Keys);
            groups.Add(new ExpectedGroup
            {
                Key = key,
                Procs = members.Length,
                MemRss = Bytes(frames.Count),
                MemAnon = Bytes(Union(members, m => m.Anonymous).Count),
                MemUss = Bytes(frames.Count(f => frameGroups[f] == 1)),
                MemPss = frames.GroupBy(f => frameGroups[f]).Aggregate(Fraction.Zero, (sum, g) => sum.Plus(Bytes(g.Count()), g.Key)),
                SwapRss = Bytes(slots.Count),
                SwapAnon = Bytes(Union(members, m => m.AnonymousSlots).Count),
                SwapUss = Bytes(slots.Count(s => slotGroups[s] == 1)),
                ShmMem = segments.Sum(s => table[s].Rss),
                ShmSwap = segments.Sum(s => table[s].Swap),
                ShmUss = segments.Where(s => segmentGroups[s] == 1).Sum(s => table[s].Rss),
            });
        }

        return new ExpectedReport(groups, Bytes(frameGroups.Count));
    }

    /// <summary>
    /// The kernel's figures, but for segments of huge pages: kernels from 6.7 on give 512 times their resident
    /// size. Staged ones are touched by staged processes only, so what those map is what is resident.
    /// </summary>
    private static Dictionary<long, (long Rss, long Swap)> SegmentSizes(IReadOnlyList<ProcessPages> processes)
    {
        Dictionary<long, (long Rss, long Swap)> table = SysVTable.Read();
        foreach (long huge in processes.SelectMany(p => p.HugeSegments).Distinct())
        {
            int frames = Union(processes, p => p.Segments.GetValueOrDefault(huge, [])).Count;
            table[huge] = (Bytes(frames), table[huge].Swap);
        }

        return table;
    }

    private static HashSet<T> Union<T>(IEnumerable<ProcessPages> members, Func<ProcessPages, IEnumerable<T>> set) =>
        members.SelectMany(set).ToHashSet();

    private static Dictionary<T, int> Count<T>(IEnumerable<HashSet<T>> sets)
        where T : notnull
    {
        var counts = new Dictionary<T, int>();
        foreach (T item in sets.SelectMany(set => set))
        {
            counts[item] = counts.GetValueOrDefault(item) + 1;
        }

        return counts;
    }

    private static long Bytes(int pages) => (long)pages * Page;
}
