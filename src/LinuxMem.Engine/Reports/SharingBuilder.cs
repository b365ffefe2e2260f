using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>Builds the lines of what the groups of one report share.</summary>
internal static class SharingBuilder
{
    /// <summary>Bytes that a line takes, with its places in the lists that are sorted.</summary>
    private const long BytesPerLine = 176;

    /// <summary>The lines: each group with anyone, then each two; largest first.</summary>
    /// <exception cref="LinuxMemException">There are so many groups that the memory limit would be passed.</exception>
    public static IReadOnlyList<MemSharing> Build(MemReport report, IReadOnlyList<GroupPages> unordered, ReportFacts facts, Origin origin)
    {
        ScanState state = facts.State;
        long page = (long)state.Paging.PageSize;

        // In the order of the report, so that the larger of two comes first.
        Dictionary<MemCounts, GroupPages> pages = unordered.ToDictionary(group => group.Counts!);
        MemGroup[] shown = [.. report.Groups];
        GroupPages[] groups = [.. shown.Select(group => pages[group.Counts!])];
        int count = groups.Length;
        long lines = count + ((long)count * Math.Max(0, count - 1) / 2);
        state.Budget.Take(lines * BytesPerLine);
        using FrameSharing.Sums frames = FrameSharing.Run([.. groups.Select(group => group.Frames)], state.ObjectFrames, state.Budget, facts.Threads, state.Cancellation);
        using var objects = new PairSums(count, state.Budget);
        using var segments = new PairSums(count, state.Budget);
        long[] objectsWithAny = Add(groups, group => group.Objects, one => one.Resident, objects);
        long[] segmentsWithAny = Add(groups, group => group.Segments.ToArray(), id => facts.Segments.Of(id).Resident, segments);
        bool isKnown = state.Objects.IsKnown;

        MemSharing Line(int one, int? other, long mapped, long ofObjects, long ofHeld, long ofSegments) => new()
        {
            Split = report.Split,
            Report = shown[one].Report,
            GroupName = shown[one].GroupName,
            OtherName = other is int second ? shown[second].GroupName : MemSharing.Anyone,
            SharedHeld = isKnown ? ((mapped - ofObjects) * page) + ofHeld + ofSegments : (mapped * page) + ofSegments,
            Shared = mapped * page,
            SharedObjects = isKnown ? ofHeld + ofSegments : null,
            WithAnyone = other is null,
            Key = shown[one].Key,
            OtherKey = other is int third ? shown[third].Key : null,
            Origin = origin,
        };

        var alone = new List<MemSharing>(count);
        var pairs = new List<MemSharing>((int)Math.Min(lines - count, Array.MaxLength));
        for (int a = 0; a < count; a++)
        {
            state.Cancellation.ThrowIfCancellationRequested();
            alone.Add(Line(a, null, frames.WithAny[a], frames.WithAnyOfObjects[a], objectsWithAny[a], segmentsWithAny[a]));
            for (int b = a + 1; b < count; b++)
            {
                pairs.Add(Line(a, b, frames.Frames[a, b], frames.OfObjects[a, b], objects[a, b], segments[a, b]));
            }
        }

        return [.. alone.OrderByDescending(line => line.SharedHeld), .. pairs.OrderByDescending(line => line.SharedHeld)];
    }

    /// <summary>Adds up what groups have in common of things that have a size; returns what each has in common with any.</summary>
    private static long[] Add<T>(GroupPages[] groups, Func<GroupPages, IEnumerable<T>> of, Func<T, long> sizeOf, PairSums sums)
        where T : notnull
    {
        var holders = new Dictionary<T, List<int>>();
        for (int g = 0; g < groups.Length; g++)
        {
            foreach (T one in of(groups[g]))
            {
                if (!holders.TryGetValue(one, out List<int>? list))
                {
                    holders[one] = list = [];
                }

                list.Add(g);
            }
        }

        long[] any = new long[groups.Length];
        var sets = new MemberSets(sums);
        foreach ((T one, List<int> list) in holders)
        {
            if (list.Count < 2)
            {
                continue;
            }

            long size = sizeOf(one);
            list.ForEach(g => any[g] += size);
            sets.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list), size);
        }

        sets.Flush();
        return any;
    }
}
