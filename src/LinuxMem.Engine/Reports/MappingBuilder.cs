using System.Globalization;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>Builds the lines of groups from what they map under each name.</summary>
internal sealed class MappingBuilder : IDisposable
{
    /// <summary>Bytes that a name takes while the lines are made.</summary>
    private const long BytesPerName = 600;

    /// <summary>Bytes that a line takes, the texts of its name aside.</summary>
    private const long BytesPerLine = 1000;

    private readonly ReportFacts facts;
    private readonly FrameArena arena;
    private readonly FrameSet none;
    private readonly FrameSet elsewhere;
    private readonly FrameSet elsewhereSwapped;
    private readonly Dictionary<SharedObject, int> holders;
    private readonly StructTable<SegmentId, int> users;

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
    /// <exception cref="LinuxMemException">There are so many names that the memory limit would be passed.</exception>
    public IReadOnlyList<MemMapping> Build(MemGroup group, GroupPages pages, int? top)
    {
        // What all names are counted by is let go of; the lines that are shown stay.
        MemoryBudget budget = facts.State.Budget;
        long names = BytesPerName * (long)(pages.Names!.All.Count + pages.Objects.Count);
        budget.Take(names);
        try
        {
            return Build(group, MappingLineParts.Of(pages, facts.State), top, budget);
        }
        finally
        {
            budget.Return(names);
        }
    }

    private IReadOnlyList<MemMapping> Build(MemGroup group, List<MappingLineParts> parts, int? top, MemoryBudget budget)
    {
        Totals totals = Count([.. parts]);
        long[] held = new long[parts.Count];
        for (int i = 0; i < held.Length; i++)
        {
            held[i] = Line(group, parts[i], string.Empty, totals.Of(i)).MemHeld ?? 0;
        }

        int[] order =
        [
            .. Enumerable.Range(0, held.Length).OrderByDescending(i => held[i]).ThenByDescending(i => parts[i].Size).ThenBy(i => parts[i].Text, StringComparer.Ordinal)
                .ThenBy(i => parts[i].IsDeleted).ThenBy(i => parts[i].Device).ThenBy(i => parts[i].Inode),
        ];
        int most = Math.Min(top ?? order.Length, order.Length);
        MappingLineParts[] shown = [.. order.Take(most).Select(i => parts[i])];
        budget.Take(shown.Sum(part => BytesPerLine + (2L * sizeof(char) * part.Text.Length)));
        string[] texts = MappingTexts.Of(shown);
        MemMapping[] lines = [.. shown.Select((part, i) => Line(group, part, texts[i], totals.Of(order[i])))];
        return most == order.Length ? lines : [.. lines, Rest(group, shown, [.. order.Skip(most).Select(i => parts[i])], order.Skip(most).Sum(i => totals.ProportionalOf(i)))];
    }

    public void Dispose()
    {
        elsewhere.Dispose();
        elsewhereSwapped.Dispose();
        none.Dispose();
    }

    /// <summary>All that was not asked for, each page once. A page that several of them map is unique here; shares are added up.</summary>
    private MemMapping Rest(MemGroup group, MappingLineParts[] shown, MappingLineParts[] rest, long proportional)
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
        MemMapping line = Line(group, together, together.Text, Count([.. shown, together]).Of(shown.Length, proportional), isRest: true);
        frames.Clear(arena);
        slots.Clear(arena);
        return line;
    }

    /// <summary>Counts lines, each page once for the names that have it.</summary>
    private Totals Count(MappingLineParts[] parts)
    {
        ScanState state = facts.State;
        (FrameTotals[] frames, long distinct) = FrameAccounting.Run(
            [.. parts.Select(part => part.Frames ?? none)], state.FileFrames, state.ObjectFrames, facts.Ram, facts.Threads, state.Cancellation, elsewhere);
        (FrameTotals[] slots, _) = FrameAccounting.Run(
            [.. parts.Select(part => part.Slots ?? none)], state.FileSlots, none, RamRanges.Unknown, facts.Threads, state.Cancellation, elsewhereSwapped);
        return new Totals(this, parts, frames, slots, ReportBuilder.ProportionalBytes(frames, distinct, (long)state.Paging.PageSize));
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

    /// <summary>What lines were counted to be.</summary>
    private readonly struct Totals(MappingBuilder builder, MappingLineParts[] parts, FrameTotals[] frames, FrameTotals[] slots, long[] pss)
    {
        public long ProportionalOf(int i) => pss[i];

        /// <summary>The counts of a line.</summary>
        /// <param name="i">Its number.</param>
        /// <param name="share">Its share of the frames, where it is known.</param>
        public MemCounts Of(int i, long? share = null)
        {
            ReportFacts facts = builder.facts;
            StructTable<SegmentId, int> users = builder.users;
            ObjectCounts objects = ObjectCounting.Count(parts[i].Objects, builder.holders, facts.State.Objects.IsKnown);
            SegmentId[] segments = parts[i].Segments;

            // What is mapped elsewhere, too, is not unique; it was only for the shares.
            FrameTotals ofFrames = frames[i];
            FrameTotals ofSlots = slots[i];
            ofFrames.Unique -= ofFrames.Elsewhere;
            ofSlots.Unique -= ofSlots.Elsewhere;
            return new MemCounts
            {
                Processes = parts[i].Processes,
                PageSize = (long)facts.State.Paging.PageSize,
                Frames = ofFrames,
                Slots = ofSlots,
                ProportionalBytes = share ?? pss[i],
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
    }
}
