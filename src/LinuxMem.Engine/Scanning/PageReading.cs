using LinuxMem.Engine.Frames;

namespace LinuxMem.Engine.Scanning;

/// <summary>What one reading of page maps found, by group. Its frame sets are freed with it.</summary>
internal sealed class PageReading(ScanState state, GroupPages[][] groups, IReadOnlyList<ScanJob> jobs) : IDisposable
{
    private readonly List<FrameArena> resolved = [];

    /// <summary>Those who read, also who was left behind; locked by whoever adds one.</summary>
    public List<ScanWorker> Workers { get; } = [];

    /// <summary>What they shared.</summary>
    public ScanState State => state;

    /// <summary>The groups of each split.</summary>
    public IReadOnlyList<GroupPages[]> Groups => groups;

    /// <summary>The processes, each with how its reading ended.</summary>
    public IReadOnlyList<ScanJob> Jobs => jobs;

    /// <summary>Page table entries that referred to a frame or a swap slot.</summary>
    public long PageReferences { get; private set; }

    /// <summary>How long the workers added to what all of them share, under locks.</summary>
    public TimeSpan Adding { get; private set; }

    /// <summary>System calls made to read page maps.</summary>
    public long PagemapCalls { get; private set; }

    /// <summary>Entries of page maps that were read, those of nothing included.</summary>
    public long PagemapEntries { get; private set; }

    /// <summary>
    /// Frees what only the reading needed, but not what a thread needs that was left behind. (The groups' sets live in the
    /// workers' arenas, which stay.)
    /// </summary>
    public void EndReading()
    {
        foreach (ScanWorker worker in Workers)
        {
            PageReferences += worker.References;
            PagemapCalls += worker.Calls;
            PagemapEntries += worker.Entries;
            worker.HandOver();
            Adding += worker.Adding;
        }

        Workers.ForEach(worker => worker.EndReading());
    }

    /// <summary>Puts frames in the place of pages of objects, so that sets have nothing else.</summary>
    public void Resolve(int threads) => PageResolution.Run(state, groups, threads, resolved);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (GroupPages group in groups.SelectMany(split => split))
        {
            group.Dispose();
        }

        Workers.ForEach(worker => worker.Dispose());
        resolved.ForEach(arena => arena.Dispose());

        state.Dispose();
    }
}
