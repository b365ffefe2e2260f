namespace LinuxMem.Unit.Staging;

/// <summary>A line of a group by mapping, as it follows from plain sets.</summary>
internal sealed record ExpectedLine
{
    public required int Procs { get; init; }

    public required long Mappings { get; init; }

    public required long Size { get; init; }

    public required long MemRss { get; init; }

    public required long MemAnon { get; init; }

    public required long MemUss { get; init; }

    public required Fraction MemPss { get; init; }

    public required long SwapRss { get; init; }

    /// <summary>The lines of each group, by what tells them apart.</summary>
    /// <param name="processes">All processes scanned, with what they map by mapping.</param>
    /// <param name="keyOf">The group of each.</param>
    public static Dictionary<(object? Group, string Line), ExpectedLine> Of(IReadOnlyList<ProcessPages> processes, Func<int, object?> keyOf)
    {
        var lines = new Dictionary<(object?, string), ExpectedLine>();
        var divided = processes.GroupBy(process => new ValueTuple<object?>(keyOf(process.Pid))).ToList();
        Dictionary<ulong, int> groupsOf = Count(divided.Select(group => group.SelectMany(process => process.Frames).ToHashSet()));
        foreach (IGrouping<ValueTuple<object?>, ProcessPages> group in divided)
        {
            var named = group.SelectMany(process => process.Mapped.Select(mapping => (process.Pid, Mapping: mapping))).GroupBy(one => one.Mapping.Identity).ToList();
            Dictionary<ulong, int> namesOf = Count(named.Select(same => same.SelectMany(one => one.Mapping.Frames).ToHashSet()));
            foreach (var same in named)
            {
                HashSet<ulong> frames = [.. same.SelectMany(one => one.Mapping.Frames)];
                lines.Add((group.Key.Item1, same.Key), new ExpectedLine
                {
                    Procs = same.Select(one => one.Pid).Distinct().Count(),
                    Mappings = same.Count(),
                    Size = same.Sum(one => (long)Math.Min(one.Mapping.Size, long.MaxValue)),
                    MemRss = Bytes(frames.Count),
                    MemAnon = Bytes(same.SelectMany(one => one.Mapping.Anonymous).Distinct().Count()),
                    MemUss = Bytes(frames.Count(frame => namesOf[frame] == 1 && groupsOf[frame] == 1)),
                    MemPss = frames.GroupBy(frame => namesOf[frame]).Aggregate(Fraction.Zero, (sum, g) => sum.Plus(Bytes(g.Count()), g.Key)),
                    SwapRss = Bytes(same.SelectMany(one => one.Mapping.Slots).Distinct().Count()),
                });
            }
        }

        return lines;
    }

    private static Dictionary<ulong, int> Count(IEnumerable<HashSet<ulong>> sets) =>
        sets.SelectMany(set => set).GroupBy(frame => frame).ToDictionary(same => same.Key, same => same.Count());

    private static long Bytes(int pages) => (long)pages * IndependentCount.PageSize;
}
