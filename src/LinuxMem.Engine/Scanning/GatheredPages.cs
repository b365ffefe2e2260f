using System.Diagnostics;
using LinuxMem.Engine.Frames;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// What one worker has read and not handed on yet to sets that all workers add to: those of the whole scan, and of groups with a large part of
/// the processes. These have one lock each: where many threads add each process by itself, they wait for one another. So each adds to sets of
/// its own, and hands these over when they have grown.
/// </summary>
/// <remarks>Used by its worker alone; by whoever ends the reading when the worker was left behind, which adds nothing any more.</remarks>
/// <param name="state">What the workers share.</param>
/// <param name="arena">The worker's.</param>
internal sealed class GatheredPages(ScanState state, FrameArena arena) : IDisposable
{
    /// <summary>From so many threads on, it is worth the memory; see docs/how-the-scan-works.md.</summary>
    public const int LeastThreads = 8;

    /// <summary>Threads would wait for a group that has more than one in so many of the processes.</summary>
    public const int BusyPart = 32;

    /// <summary>The most chunks: they take 4 KiB each at most, so 8 MiB for each thread.</summary>
    private const int MaxChunks = 2048;

    /// <summary>The most processes.</summary>
    private const int MaxProcesses = 512;

    private readonly Dictionary<GroupPages, GroupPages> groups = [];
    private readonly FrameSet files = new(state.Budget);
    private readonly FrameSet objects = new(state.Budget);
    private readonly FrameSet fileSlots = new(state.Budget);
    private int processes;

    /// <summary>How long all was handed over, in ticks of the stopwatch.</summary>
    public long Adding { get; private set; }

    /// <summary>The place of a group's pages.</summary>
    public GroupPages Of(GroupPages group)
    {
        if (!group.IsBusy)
        {
            return group;
        }

        if (!groups.TryGetValue(group, out GroupPages? own))
        {
            groups.Add(group, own = new GroupPages(group.Key, state.Budget));
        }

        return own;
    }

    /// <summary>The place of a set that all workers share.</summary>
    public FrameSet Of(FrameSet shared) =>
        shared == state.FileFrames ? files : shared == state.ObjectFrames ? objects : shared == state.FileSlots ? fileSlots : throw new ArgumentException("It is no set of all workers.", nameof(shared));

    /// <summary>Says that a process is in; hands all over when that is enough.</summary>
    public void Count()
    {
        processes++;
        int chunks = files.Chunks.Length + objects.Chunks.Length + fileSlots.Chunks.Length;
        foreach (GroupPages own in groups.Values)
        {
            chunks += own.Frames.Chunks.Length + own.Slots.Chunks.Length;
        }

        if (processes >= MaxProcesses || chunks >= MaxChunks)
        {
            HandOver();
        }
    }

    /// <summary>Adds all to the groups.</summary>
    public void HandOver()
    {
        long begun = Stopwatch.GetTimestamp();
        processes = 0;
        foreach ((GroupPages group, GroupPages own) in groups)
        {
            if (own.Processes > 0)
            {
                lock (group)
                {
                    group.Take(own, arena);
                }

                own.Empty(arena);
            }
        }

        HandOver(files, state.FileFrames);
        HandOver(objects, state.ObjectFrames);
        HandOver(fileSlots, state.FileSlots);
        Adding += Stopwatch.GetTimestamp() - begun;
    }

    public void Dispose()
    {
        foreach (GroupPages own in groups.Values)
        {
            own.Dispose();
        }

        files.Dispose();
        objects.Dispose();
        fileSlots.Dispose();
    }

    private void HandOver(FrameSet own, FrameSet shared)
    {
        if (own.Chunks.Length > 0)
        {
            lock (shared)
            {
                shared.AddAll(own, arena);
            }

            own.Empty(arena);
        }
    }
}
