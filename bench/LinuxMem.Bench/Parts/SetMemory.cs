using System.Globalization;
using LinuxMem.Bench.Report;
using LinuxMem.Engine.Frames;

namespace LinuxMem.Bench.Parts;

/// <summary>What the sets of 50 groups take over a machine of 1 TiB, of frames that are made up.</summary>
internal static class SetMemory
{
    private const int Groups = 50;
    private const int Frames = 1 << 28;
    private const long Memory = 1L << 40;

    /// <summary>The part of the memory mapped that the sets may take.</summary>
    private const long Bar = 500;

    public static void Measure(Session session)
    {
        Session.Say("sets: 1 TiB dealt out to 50 groups, and 1 TiB shared by 50 groups");

        // Dealt out, a group has 655 of the 32,768 frames of a chunk: a sorted array. Shared, it has all: a bitmap.
        long dealt = Fill(session.Cancellation, (collector, group) =>
        {
            for (int frame = group; frame < Frames; frame += Groups)
            {
                collector.Add((ulong)frame, 1, isFile: false);
            }
        });
        long shared = Fill(session.Cancellation, (collector, _) =>
        {
            for (int frame = 0; frame < Frames; frame += FrameChunk.Frames)
            {
                collector.Add((ulong)frame, FrameChunk.Frames, isFile: false);
            }
        });
        const long Calculated = (long)Groups * Frames / 8;
        session.Report.AddNote(string.Create(CultureInfo.InvariantCulture, $"Sets of {Groups} groups over 1 TiB, by calculation (a bit for each frame in each group, the most there can be): {Calculated >> 20} MiB, 1/{Memory / Calculated} of the memory."));
        AddBar(session.Report, "every page in one of the groups", dealt);
        AddBar(session.Report, "every page in all groups", shared);
    }

    /// <summary>The bytes that the sets hold when each group has been filled from a collector.</summary>
    private static long Fill(CancellationToken cancellation, Action<FrameCollector, int> fill)
    {
        var budget = new MemoryBudget(8L << 30);
        using var arena = new FrameArena(budget);
        var sets = new List<FrameSet>();
        for (int group = 0; group < Groups; group++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var collector = new FrameCollector(budget);
            fill(collector, group);
            var set = new FrameSet(budget);
            collector.AddTo(set, arena);
            sets.Add(set);
        }

        long used = budget.Used;
        sets.ForEach(set => set.Dispose());
        return used;
    }

    private static void AddBar(BenchReport report, string what, long used) => report.AddBar(
        $"sets of {Groups} groups over 1 TiB, {what}",
        $"<= 1/{Bar} of it",
        string.Create(CultureInfo.InvariantCulture, $"1/{Memory / used} ({used >> 20} MiB)"),
        used <= Memory / Bar);
}
