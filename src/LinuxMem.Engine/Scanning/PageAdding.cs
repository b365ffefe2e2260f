using System.Diagnostics;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;

namespace LinuxMem.Engine.Scanning;

/// <summary>Adds what one worker has read of processes to their groups, and to the sets of the whole scan.</summary>
/// <param name="state">What the workers share.</param>
/// <param name="arena">The worker's.</param>
internal sealed class PageAdding(ScanState state, FrameArena arena) : IDisposable
{
    private readonly GatheredPages? gathered = state.Gathers ? new GatheredPages(state, arena) : null;
    private long ticks;

    /// <summary>How long it added to what all workers share.</summary>
    public TimeSpan Time => Stopwatch.GetElapsedTime(0, gathered?.Adding ?? ticks);

    /// <summary>Adds a process that this worker alone has read.</summary>
    /// <param name="job">The process.</param>
    /// <param name="reader">Has its frames and slots, also by the names of mappings.</param>
    /// <param name="held">What it holds beside.</param>
    public void Add(ScanJob job, PagemapReader reader, HeldMemory held)
    {
        long begun = Stopwatch.GetTimestamp();
        bool isBusy = false;
        foreach (GroupPages group in job.Groups)
        {
            isBusy |= group.IsBusy;

            // A lock that nobody else has costs next to nothing.
            GroupPages into = gathered?.Of(group) ?? group;
            lock (into)
            {
                reader.Frames.AddTo(into.Frames, arena);
                reader.Slots.AddTo(into.Slots, arena);
                AddProcess(into, held);
            }

            group.Names?.Add(reader.Names!, arena);
            group.Names?.Add(held.Uses);
        }

        // For a group that is not busy nobody waits: the time begins with the sets of the whole scan.
        begun = isBusy ? begun : Stopwatch.GetTimestamp();
        FrameSet files = Of(state.FileFrames);
        lock (files)
        {
            reader.Frames.AddFilesTo(files, arena);
        }

        if (reader.Frames.HasObjects)
        {
            FrameSet objects = Of(state.ObjectFrames);
            lock (objects)
            {
                reader.Frames.AddObjectsTo(objects, arena);
            }
        }

        if (!reader.Slots.IsEmpty)
        {
            FrameSet slots = Of(state.FileSlots);
            lock (slots)
            {
                reader.Slots.AddFilesTo(slots, arena);
            }
        }

        ticks += Stopwatch.GetTimestamp() - begun;
        gathered?.Count();
        KeepSegments(job, held);
    }

    /// <summary>Adds a process that several workers have read: a large one, so at once.</summary>
    public void Add(SharedReading shared)
    {
        foreach (GroupPages group in shared.Job.Groups)
        {
            lock (group)
            {
                group.Frames.AddAll(shared.Frames, arena);
                group.Slots.AddAll(shared.Slots, arena);
                AddProcess(group, shared.Held);
            }

            group.Names?.Add(shared.Names!, arena);
            group.Names?.Add(shared.Held.Uses);
        }

        AddAll(shared.Files, state.FileFrames);
        AddAll(shared.Objects, state.ObjectFrames);
        AddAll(shared.FileSlots, state.FileSlots);
        KeepSegments(shared.Job, shared.Held);
    }

    /// <summary>Adds to the groups what was gathered.</summary>
    public void HandOver() => gathered?.HandOver();

    public void Dispose() => gathered?.Dispose();

    private static void AddProcess(GroupPages group, HeldMemory of)
    {
        group.Processes++;
        group.AddSegments(of.Segments);
        group.Hold(of.Objects);
        group.Hold(of.Opened);
        group.PageTables += of.PageTables;
    }

    private FrameSet Of(FrameSet shared) => gathered?.Of(shared) ?? shared;

    private void AddAll(FrameSet own, FrameSet shared)
    {
        lock (shared)
        {
            shared.AddAll(own, arena);
        }
    }

    /// <summary>Whose each of them is, is decided when all are known; until then equal lists are kept once.</summary>
    private void KeepSegments(ScanJob job, HeldMemory of)
    {
        job.Segments = state.Segments.Keep(of.Segments);
        job.Claims = state.Segments.Keep(of.Claims);
    }
}
