using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Frames;

/// <summary>Works out how many frames each two groups of a report both map, for all at once, chunk by chunk.</summary>
internal static class FrameSharing
{
    /// <summary>Counts for the groups of one report.</summary>
    /// <param name="groups">The frames of each group, without those that are not RAM.</param>
    /// <param name="objects">The frames of shared memory objects.</param>
    /// <param name="budget">What it counts against.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static Sums Run(IReadOnlyList<FrameSet> groups, FrameSet objects, MemoryBudget budget, int threads, CancellationToken cancellation)
    {
        ChunkIndex index = ChunkIndex.Build(groups);
        var sums = new Sums(groups.Count, budget);
        int next = 0;

        void Work()
        {
            using var counter = new SharingCounter(groups, objects, sums, budget);
            for (int i = Interlocked.Increment(ref next) - 1; i < index.Keys.Length; i = Interlocked.Increment(ref next) - 1)
            {
                cancellation.ThrowIfCancellationRequested();
                counter.Count(index.Keys[i], index.Members(i));
            }

            counter.Flush();
            lock (sums.Frames)
            {
                for (int g = 0; g < groups.Count; g++)
                {
                    sums.WithAny[g] += counter.Shared[g];
                    sums.WithAnyOfObjects[g] += counter.SharedOfObjects[g];
                }
            }
        }

        try
        {
            int workers = Math.Clamp(index.MemberCount / 512, 1, threads);
            ParallelWork.For(workers, workers, _ => Work(), cancellation);
            return sums;
        }
        catch
        {
            sums.Dispose();
            throw;
        }
    }

    /// <summary>What groups share, in frames.</summary>
    internal sealed class Sums(int groups, MemoryBudget budget) : IDisposable
    {
        /// <summary>Frames that each two groups both map.</summary>
        public PairSums Frames { get; } = new(groups, budget);

        /// <summary>Of these, those of shared memory objects.</summary>
        public PairSums OfObjects { get; } = new(groups, budget);

        /// <summary>Of each group, the frames that any other maps, too.</summary>
        public long[] WithAny { get; } = new long[groups];

        /// <summary>Of these, those of shared memory objects.</summary>
        public long[] WithAnyOfObjects { get; } = new long[groups];

        public void Dispose()
        {
            Frames.Dispose();
            OfObjects.Dispose();
        }
    }
}
