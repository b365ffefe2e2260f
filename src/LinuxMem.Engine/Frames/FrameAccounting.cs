using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Frames;

/// <summary>
/// Counts the frames of all groups of a report at once, chunk by chunk: for each chunk, how many groups have
/// each frame, and from that every group's own, unshared and proportional frames.
/// </summary>
/// <remarks>
/// The counts are kept as bit planes (plane b holds bit b of the count of each of the 2^15 frames), so a word
/// operation counts 64 frames, and a group's share is found word by word from the few different counts in it.
/// </remarks>
internal static class FrameAccounting
{
    /// <summary>Accounts for the groups of one report.</summary>
    /// <param name="groups">The set of each group. Frames that are no memory are taken out of them.</param>
    /// <param name="files">The frames that are not anonymous.</param>
    /// <param name="ram">Which frames are memory.</param>
    /// <param name="threads">How many threads may count.</param>
    /// <param name="cancellation">Ends the counting early.</param>
    /// <returns>The totals of each group, and the number of distinct frames over all.</returns>
    public static (FrameTotals[] Groups, long Distinct) Run(
        IReadOnlyList<FrameSet> groups, FrameSet files, RamRanges ram, int threads, CancellationToken cancellation)
    {
        ChunkIndex index = ChunkIndex.Build(groups);
        var totals = new FrameTotals[groups.Count];
        long distinct = 0;
        int next = 0;
        var gate = new object();

        void Work()
        {
            using var counter = new ChunkCounter(groups, files, ram);
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

        // A thread costs more than a few hundred chunks.
        int workers = Math.Clamp(index.MemberCount / 512, 1, threads);
        ParallelWork.For(workers, workers, _ => Work(), cancellation);
        return (totals, distinct);
    }
}
