using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// Works out every group's total, unique and proportional frames, for all groups of a report at once: chunk by chunk,
/// it counts how many groups have each frame.
/// </summary>
/// <remarks>
/// The counts are bit planes (plane b holds bit b of the count of each of the 2^15 frames of a chunk), so one word
/// operation counts 64 frames. Words hold few distinct counts, so shares are summed per count and not per frame.
/// </remarks>
internal static class FrameAccounting
{
    /// <summary>Accounts for the groups of one report.</summary>
    /// <param name="groups">The frames of each group. Frames that are not RAM are removed from them.</param>
    /// <param name="files">The frames of files: page cache.</param>
    /// <param name="shared">The frames of shared memory objects. What is in neither is anonymous.</param>
    /// <param name="ram">Which PFNs are RAM.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Ends the counting early.</param>
    /// <param name="elsewhere">Frames that are mapped by others than these groups, too: they are not unique. Null for none.</param>
    /// <returns>The totals of each group, and the number of distinct frames overall.</returns>
    public static (FrameTotals[] Groups, long Distinct) Run(
        IReadOnlyList<FrameSet> groups, FrameSet files, FrameSet shared, RamRanges ram, int threads, CancellationToken cancellation, FrameSet? elsewhere = null)
    {
        ChunkIndex index = ChunkIndex.Build(groups);
        var totals = new FrameTotals[groups.Count];
        long distinct = 0;
        int next = 0;
        var gate = new object();

        void Work()
        {
            using var counter = new ChunkCounter(groups, files, shared, elsewhere, ram);
            for (int i = Interlocked.Increment(ref next) - 1; i < index.Keys.Length; i = Interlocked.Increment(ref next) - 1)
            {
                cancellation.ThrowIfCancellationRequested();
                counter.Count(index.Keys[i], index.Members(i));
            }

            lock (gate)
            {
                distinct += counter.Distinct;
                for (int g = 0; g < totals.Length; g++)
                {
                    totals[g].Add(counter.Totals[g]);
                }
            }
        }

        // Starting a thread costs more than counting a few hundred chunks.
        int workers = Math.Clamp(index.MemberCount / 512, 1, threads);
        ParallelWork.For(workers, workers, _ => Work(), cancellation);
        return (totals, distinct);
    }
}
