using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>Puts frames in the place of the pages of objects, in all sets of a scan, once all has been read.</summary>
internal static class PageResolution
{
    /// <summary>Resolves the sets of all groups.</summary>
    /// <param name="state">What the scan shares.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="arenas">Takes the memory that the sets lie in from then on, too; whoever has the sets disposes it.</param>
    public static void Run(ScanState state, IReadOnlyList<GroupPages[]> groups, int threads, List<FrameArena> arenas)
    {
        if (state.Index.Frames.Count == 0)
        {
            return;
        }

        FrameSet[] sets =
        [
            .. groups.SelectMany(split => split).Select(group => group.Frames),
            .. groups.SelectMany(split => split).SelectMany(group => group.Names?.All.Values.Select(pages => pages.Frames) ?? []).OfType<FrameSet>(),
        ];
        int workers = Math.Clamp(sets.Length, 1, threads);
        arenas.AddRange(Enumerable.Range(0, workers).Select(_ => new FrameArena(state.Budget)));
        int next = -1;
        ParallelWork.For(workers, workers, Work, state.Cancellation);
        using var collector = new FrameCollector(state.Budget);
        state.Index.Frames.AddTo(state.ObjectFrames, collector, arenas[0]);

        void Work(int worker)
        {
            using var own = new FrameCollector(state.Budget);
            for (int i = Interlocked.Increment(ref next); i < sets.Length; i = Interlocked.Increment(ref next))
            {
                state.Cancellation.ThrowIfCancellationRequested();
                state.Index.Frames.Resolve(sets[i], own, arenas[worker]);
            }
        }
    }
}
