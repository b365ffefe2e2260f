using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>Builds the report of a split from the frames that its groups map.</summary>
internal static class ReportBuilder
{
    /// <summary>Bytes that a group takes with its counts, beside its frames and its texts.</summary>
    private const long BytesPerGroup = 1400;

    public static MemReport Build(
        string split, int number, IReadOnlyList<GroupPages> groups, ReportFacts facts)
    {
        facts.State.Budget.Take(groups.Count * BytesPerGroup);
        (ScanState state, RamRanges ram, SegmentSizes segments, long? memTotal, NodeFrames nodes, int threads) = facts;
        (FrameTotals[] frames, long distinct) = FrameAccounting.Run(
            groups.Select(group => group.Frames).ToArray(), state.FileFrames, state.ObjectFrames, ram, threads, state.Cancellation);
        using var none = new FrameSet(state.Budget);
        (FrameTotals[] slots, _) = FrameAccounting.Run(
            groups.Select(group => group.Slots).ToArray(), state.FileSlots, none, RamRanges.Unknown, threads, state.Cancellation);

        long page = (long)state.Paging.PageSize;
        long[] pss = ProportionalBytes(frames, distinct, page);
        Dictionary<SegmentId, int> users = CountUsers(groups);
        ObjectCounts[] objects = ObjectCounting.Of(groups, state.Objects.IsKnown);
        for (int g = 0; g < groups.Count; g++)
        {
            GroupPages group = groups[g];
            group.Counts = new MemCounts
            {
                Processes = group.Processes,
                PageSize = page,
                Frames = frames[g],
                Slots = slots[g],
                ProportionalBytes = pss[g],
                Segments = objects[g].Segments.And(
                    group.Segments.Sum(id => segments.Of(id).Resident),
                    group.Segments.Sum(id => segments.Of(id).Swap),
                    group.Segments.Where(id => users[id] == 1).Sum(id => segments.Of(id).Resident)),
                Objects = objects[g],
                SegmentIds = group.Segments.Select(id => (long)id.ShmId).Concat(objects[g].SegmentIds).Order().ToArray(),
                PageTables = group.PageTables,
                ByNode = [.. nodes.Numbers.Zip(nodes.Count(group.Frames))],
                MemTotal = memTotal,
            };
        }

        var names = new GroupNames([.. groups.Select(group => group.Key)]);
        IEnumerable<MemGroup> report = groups.Select((group, i) => new MemGroup
        {
            Split = split,
            Report = number,
            GroupName = names[i],
            CutName = cells => names.Cut(i, cells),
            Key = group.Key.Value,
            Identity = group.Key.IdentityText(),
            ProcessIds = new(group.ProcessIds),
            Counts = group.Counts,
        });
        return new MemReport
        {
            Split = split,
            Groups = report.OrderByDescending(group => group.MemHeld).ThenBy(group => group.GroupName, StringComparer.Ordinal).ToArray(),
            MemMapped = distinct * page,
        };
    }

    /// <summary>Adds a total row to the reports: the only group of <paramref name="everything"/>.</summary>
    public static MemReport[] WithTotals(MemReport[] reports, MemReport everything)
    {
        for (int i = 0; i < reports.Length; i++)
        {
            reports[i].Total = everything.Groups[0].AsTotalOf(reports[i].Split, i + 1);
        }

        return reports;
    }

    /// <summary>
    /// PSS of every group in whole bytes that add up to all memory mapped: shares are rounded down, and the bytes left
    /// over go to the largest remainders.
    /// </summary>
    internal static long[] ProportionalBytes(FrameTotals[] totals, long distinct, long page)
    {
        var bytes = new long[totals.Length];
        var remainders = new ulong[totals.Length];
        long left = distinct * page;
        for (int g = 0; g < totals.Length; g++)
        {
            UInt128 shares = totals[g].Shares * (ulong)page;
            bytes[g] = (totals[g].Unique * page) + (long)(shares >> 64);
            remainders[g] = (ulong)shares;
            left -= bytes[g];
        }

        foreach (int g in Enumerable.Range(0, totals.Length).OrderByDescending(g => remainders[g]).Take((int)left))
        {
            bytes[g]++;
        }

        return bytes;
    }

    /// <summary>How many groups have each segment attached.</summary>
    internal static Dictionary<SegmentId, int> CountUsers(IReadOnlyList<GroupPages> groups)
    {
        var users = new Dictionary<SegmentId, int>();
        foreach (GroupPages group in groups)
        {
            foreach (SegmentId id in group.Segments)
            {
                users[id] = users.GetValueOrDefault(id) + 1;
            }
        }

        return users;
    }
}
