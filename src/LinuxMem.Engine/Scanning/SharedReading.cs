using System.Runtime.CompilerServices;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// A large process that several workers read at once. Its pages come together here, and go to its groups only
/// when all parts have been read: a process that vanishes meanwhile, or keeps a part waiting, is left out whole.
/// </summary>
internal sealed class SharedReading(ScanJob job, ReadingAttempt attempt, Mapping[] mappings, MemoryBudget budget) : IDisposable
{
    private readonly long charged = Charge(budget, mappings);
    private readonly Lock gate = new();
    private int parts = 1;
    private int isDisposed;

    public ScanJob Job { get; } = job;

    public ReadingAttempt Attempt { get; } = attempt;

    public Mapping[] Mappings { get; } = mappings;

    public FrameSet Frames { get; } = new(budget);

    public FrameSet Files { get; } = new(budget);

    public FrameSet Objects { get; } = new(budget);

    public FrameSet Slots { get; } = new(budget);

    public FrameSet FileSlots { get; } = new(budget);

    /// <summary>The frames by the names of the mappings, where a report is made by mapping.</summary>
    public NamedPages? Names { get; } = job.IsNamed ? new NamedPages(budget) : null;

    /// <summary>What the process holds beside its pages.</summary>
    public required HeldMemory Held { get; init; }

    /// <summary>True when a part was given up: what the others read does not count.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>The first error that a part met; 0 for none.</summary>
    public int Error { get; private set; }

    /// <summary>Counts a part that another worker is to read.</summary>
    public void BeginPart()
    {
        lock (gate)
        {
            parts++;
        }
    }

    /// <summary>Adds a part that was read; true when it was the last of them, so that the process is to be ended.</summary>
    /// <param name="reader">Has read it.</param>
    /// <param name="arena">The worker's.</param>
    /// <param name="error">The error number that it met; 0 for none.</param>
    public bool EndPart(PagemapReader reader, FrameArena arena, int error)
    {
        lock (gate)
        {
            Error = Error == 0 ? error : Error;
            if (Error == 0 && !IsGivenUp)
            {
                reader.Frames.AddTo(Frames, arena);
                reader.Frames.AddFilesTo(Files, arena);
                reader.Frames.AddObjectsTo(Objects, arena);
                reader.Slots.AddTo(Slots, arena);
                reader.Slots.AddFilesTo(FileSlots, arena);
                Names?.Add(reader.Names!, arena);
            }

            return --parts == 0 && !IsGivenUp;
        }
    }

    /// <summary>Gives the process up; false when that has been done before.</summary>
    public bool TryGiveUp()
    {
        lock (gate)
        {
            bool isFirst = !IsGivenUp;
            IsGivenUp = true;
            return isFirst;
        }
    }

    /// <summary>Gives the memory of the sets to the arena of the worker that ends the process.</summary>
    public void Clear(FrameArena arena)
    {
        Frames.Clear(arena);
        Files.Clear(arena);
        Objects.Clear(arena);
        Slots.Clear(arena);
        FileSlots.Clear(arena);
        Names?.Clear(arena);
    }

    /// <summary>Frees the sets: when the last part is read, and for all readings when a scan ends early.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        Frames.Dispose();
        Files.Dispose();
        Objects.Dispose();
        Slots.Dispose();
        FileSlots.Dispose();
        Names?.Dispose();
        budget.Return(charged);
    }

    private static long Charge(MemoryBudget budget, Mapping[] mappings)
    {
        long bytes = mappings.LongLength * Unsafe.SizeOf<Mapping>();
        budget.Take(bytes);
        return bytes;
    }
}
