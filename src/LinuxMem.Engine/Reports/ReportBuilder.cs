using LinuxMem.Engine.Collections;
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
        StructTable<SegmentId, int> users = CountUsers(groups);
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
                Segments = SegmentsOf(group, objects[g].Segments, segments, users),
                Objects = objects[g],
                SegmentIds = IdsOf(group, objects[g]),
                PageTables = group.PageTables,
                ByNode = nodes.Count(group.Frames),
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
            Groups = LargestFirst([.. report]),
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
            ShareSum shares = totals[g].Shares.Times((ulong)page);
            bytes[g] = (totals[g].Unique * page) + (long)shares.Whole;
            remainders[g] = shares.Fraction;
            left -= bytes[g];
        }

        // To the largest remainders, and of equal ones to the first.
        int[] order = new int[totals.Length];
        for (int g = 0; g < order.Length; g++)
        {
            order[g] = g;
        }

        Array.Sort(order, (one, other) => remainders[one] != remainders[other] ? remainders[other].CompareTo(remainders[one]) : one.CompareTo(other));
        for (int i = 0; i < order.Length && i < left; i++)
        {
            bytes[order[i]]++;
        }

        return bytes;
    }

    /// <summary>What a group has attached: <paramref name="seen"/>, which were looked at, and those that only their table tells of.</summary>
    private static SharedBytes SegmentsOf(GroupPages group, in SharedBytes seen, SegmentSizes sizes, StructTable<SegmentId, int> users)
    {
        long resident = 0, swap = 0, unique = 0;
        foreach (SegmentId id in group.Segments)
        {
            checked
            {
                resident += sizes.Of(id).Resident;
                swap += sizes.Of(id).Swap;
                unique += users[id] == 1 ? sizes.Of(id).Resident : 0;
            }
        }

        return seen.And(resident, swap, unique);
    }

    private static long[] IdsOf(GroupPages group, ObjectCounts objects)
    {
        var ids = new StructList<long>();
        foreach (SegmentId id in group.Segments)
        {
            ids.Add((long)id.ShmId);
        }

        foreach (long id in objects.SegmentIds)
        {
            ids.Add(id);
        }

        long[] ascending = ids.ToArray();
        if (ascending.Length > 1)
        {
            Array.Sort(ascending);
        }

        return ascending;
    }

    private static MemGroup[] LargestFirst(MemGroup[] groups)
    {
        Array.Sort(groups, static (one, other) => one.MemHeld != other.MemHeld
            ? (other.MemHeld ?? -1).CompareTo(one.MemHeld ?? -1)
            : string.CompareOrdinal(one.GroupName, other.GroupName));
        return groups;
    }

    /// <summary>How many groups have each segment attached.</summary>
    internal static StructTable<SegmentId, int> CountUsers(IReadOnlyList<GroupPages> groups)
    {
        var users = new StructTable<SegmentId, int>();
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
