using System.Globalization;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>Builds the lines of groups from what they map under each name.</summary>
internal sealed class MappingBuilder : IDisposable
{
    private readonly ReportFacts facts;
    private readonly FrameArena arena;
    private readonly FrameSet none;
    private readonly FrameSet elsewhere;
    private readonly FrameSet elsewhereSwapped;
    private readonly Dictionary<SharedObject, int> holders;
    private readonly Dictionary<SegmentId, int> users;

    public MappingBuilder(IReadOnlyList<GroupPages> groups, ReportFacts facts, FrameArena arena)
    {
        this.facts = facts;
        this.arena = arena;
        MemoryBudget budget = facts.State.Budget;
        none = new FrameSet(budget);
        elsewhere = new FrameSet(budget);
        elsewhereSwapped = new FrameSet(budget);
        SeveralTimes.Find([.. groups.Select(group => group.Frames)], elsewhere, arena, facts.State.Cancellation);
        SeveralTimes.Find([.. groups.Select(group => group.Slots)], elsewhereSwapped, arena, facts.State.Cancellation);
        holders = ObjectCounting.Holders(groups);
        users = ReportBuilder.CountUsers(groups);
    }

    /// <summary>The lines of a group, largest first.</summary>
    /// <param name="group">The group.</param>
    /// <param name="pages">What it maps.</param>
    /// <param name="top">How many; the rest is one. Null for all.</param>
    public IReadOnlyList<MemMapping> Build(MemGroup group, GroupPages pages, int? top)
    {
        List<MappingLineParts> parts = MappingLineParts.Of(pages, facts.State);
        MemCounts[] counts = Count([.. parts], ofLast: null);
        string[] shown = MappingTexts.Of(parts);
        MemMapping[] lines = [.. parts.Select((part, i) => Line(group, part, shown[i], counts[i]))];
        int[] order = [.. Enumerable.Range(0, lines.Length).OrderByDescending(i => lines[i].MemHeld).ThenByDescending(i => lines[i].Size).ThenBy(i => lines[i].Mapping, StringComparer.Ordinal)];
        if (top is not int most || order.Length <= most)
        {
            return [.. order.Select(i => lines[i])];
        }

        MappingLineParts[] rest = [.. order.Skip(most).Select(i => parts[i])];
        return [.. order.Take(most).Select(i => lines[i]), Rest(group, parts, order, most, order.Skip(most).Sum(i => counts[i].ProportionalBytes), rest)];
    }

    public void Dispose()
    {
        elsewhere.Dispose();
        elsewhereSwapped.Dispose();
        none.Dispose();
    }

    /// <summary>All that was not asked for, each page once. A page that several of them map is unique here; shares are added up.</summary>
    private MemMapping Rest(MemGroup group, List<MappingLineParts> parts, int[] order, int most, long proportional, MappingLineParts[] rest)
    {
        using var frames = new FrameSet(facts.State.Budget);
        using var slots = new FrameSet(facts.State.Budget);
        foreach (MappingLineParts part in rest)
        {
            frames.AddAll(part.Frames ?? none, arena);
            slots.AddAll(part.Slots ?? none, arena);
        }

        var together = new MappingLineParts
        {
            Kind = MappedKind.Other,
            Text = string.Create(CultureInfo.InvariantCulture, $"({rest.Length} more)"),
            Frames = frames,
            Slots = slots,
            Objects = [.. rest.SelectMany(part => part.Objects)],
            Segments = [.. rest.SelectMany(part => part.Segments).Distinct()],
            Mappings = rest.Sum(part => part.Mappings),
            Size = rest.Aggregate(0UL, (sum, part) => sum + part.Size),
        };
        MemCounts[] counts = Count([.. order.Take(most).Select(i => parts[i]), together], proportional);
        MemMapping line = Line(group, together, together.Text, counts[^1], isRest: true);
        frames.Clear(arena);
        slots.Clear(arena);
        return line;
    }

    /// <summary>Counts lines, each page once for the names that have it.</summary>
    /// <param name="parts">The lines.</param>
    /// <param name="ofLast">The share of the last of them, where it is known; null to share all out.</param>
    private MemCounts[] Count(MappingLineParts[] parts, long? ofLast)
    {
        ScanState state = facts.State;
        (FrameTotals[] frames, long distinct) = FrameAccounting.Run(
            [.. parts.Select(part => part.Frames ?? none)], state.FileFrames, state.ObjectFrames, facts.Ram, facts.Threads, state.Cancellation, elsewhere);
        (FrameTotals[] slots, _) = FrameAccounting.Run(
            [.. parts.Select(part => part.Slots ?? none)], state.FileSlots, none, RamRanges.Unknown, facts.Threads, state.Cancellation, elsewhereSwapped);
        long page = (long)state.Paging.PageSize;
        long[] pss = ReportBuilder.ProportionalBytes(frames, distinct, page);
        var counts = new MemCounts[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            // What is mapped elsewhere, too, is not unique; it was only for the shares.
            frames[i].Unique -= frames[i].Elsewhere;
            slots[i].Unique -= slots[i].Elsewhere;
            ObjectCounts objects = ObjectCounting.Count(parts[i].Objects, holders, state.Objects.IsKnown);
            SegmentId[] segments = parts[i].Segments;
            counts[i] = new MemCounts
            {
                Processes = parts[i].Processes,
                PageSize = page,
                Frames = frames[i],
                Slots = slots[i],
                ProportionalBytes = ofLast is long share && i == parts.Length - 1 ? share : pss[i],
                Segments = objects.Segments.And(
                    segments.Sum(id => facts.Segments.Of(id).Resident),
                    segments.Sum(id => facts.Segments.Of(id).Swap),
                    segments.Where(id => users[id] == 1).Sum(id => facts.Segments.Of(id).Resident)),
                Objects = objects,
                SegmentIds = [],
                PageTables = null,
                MemTotal = facts.MemTotal,
            };
        }

        return counts;
    }

    private static MemMapping Line(MemGroup group, MappingLineParts part, string text, MemCounts counts, bool isRest = false) => new()
    {
        Split = group.Split,
        GroupName = group.GroupName,
        Key = group.Key,
        Mapping = text,
        Kind = isRest ? null : part.Kind.ToString(),
        Procs = isRest ? null : part.Processes,
        Mappings = part.Mappings,
        Size = (long)Math.Min(part.Size, long.MaxValue),
        Device = part.Inode is null ? null : string.Create(CultureInfo.InvariantCulture, $"{part.Device >> 32}:{part.Device & uint.MaxValue}"),
        Inode = (long?)part.Inode,
        Deleted = part.IsDeleted,
        IsRest = isRest,
        Counts = counts,
        Origin = group.Origin,
    };
}
