namespace LinuxMem.Families;

/// <summary>The figures of one group as they follow from the plain sets, by their definitions and nothing else.</summary>
internal sealed record ExpectedFigures
{
    /// <summary>Every number of groups up to 20 divides this: shares are whole numbers of such parts.</summary>
    private const long Parts = 232792560;

    private Int128 pssParts;

    public required int Group { get; init; }

    public required int Procs { get; init; }

    public required long MemRss { get; init; }

    public required long MemAnon { get; init; }

    public required long MemUss { get; init; }

    public required long SwapRss { get; init; }

    public required long SwapAnon { get; init; }

    public required long SwapUss { get; init; }

    /// <summary>In bytes, for people.</summary>
    public double MemPss => (double)pssParts / Parts;

    /// <summary>Works them out for all groups of a division.</summary>
    public static ExpectedFigures[] Of(IReadOnlyList<PlainProcess> processes, RandomGroups division)
    {
        (int Group, PlainProcess[] Members)[] groups = [.. processes.GroupBy(process => division.GroupOf[process.Pid]).Select(group => (group.Key, group.ToArray()))];
        Dictionary<ulong, int> frameGroups = Count(groups.Select(group => Union(group.Members, process => process.Frames)));
        Dictionary<ulong, int> slotGroups = Count(groups.Select(group => Union(group.Members, process => process.Slots)));
        return
        [
            .. groups.Select(group =>
            {
                HashSet<ulong> frames = Union(group.Members, process => process.Frames);
                HashSet<ulong> slots = Union(group.Members, process => process.Slots);
                return new ExpectedFigures
                {
                    Group = group.Group,
                    Procs = group.Members.Length,
                    MemRss = Bytes(frames.Count),
                    MemAnon = Bytes(Union(group.Members, process => process.Anonymous).Count),
                    MemUss = Bytes(frames.Count(frame => frameGroups[frame] == 1)),
                    SwapRss = Bytes(slots.Count),
                    SwapAnon = Bytes(Union(group.Members, process => process.AnonymousSlots).Count),
                    SwapUss = Bytes(slots.Count(slot => slotGroups[slot] == 1)),
                    pssParts = frames.Aggregate((Int128)0, (sum, frame) => sum + (Bytes(1) * (Parts / frameGroups[frame]))),
                };
            }),
        ];
    }

    /// <summary>True for a whole number that differs by less than 1 from the exact share.</summary>
    public bool IsPss(long value) => Int128.Abs(((Int128)value * Parts) - pssParts) < Parts;

    private static HashSet<ulong> Union(PlainProcess[] members, Func<PlainProcess, HashSet<ulong>> set) => [.. members.SelectMany(set)];

    private static Dictionary<ulong, int> Count(IEnumerable<HashSet<ulong>> sets)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (ulong number in sets.SelectMany(set => set))
        {
            counts[number] = counts.GetValueOrDefault(number) + 1;
        }

        return counts;
    }

    private static long Bytes(int pages) => (long)pages * PlainCount.PageSize;
}
