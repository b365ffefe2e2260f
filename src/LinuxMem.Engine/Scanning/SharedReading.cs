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

    /// <summary>Parts that are not read yet; guarded by a lock on this object, as what follows.</summary>
    public int Parts { get; set; } = 1;

    /// <summary>True when a part was given up: what the others read does not count.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>The first error that a part met; 0 for none.</summary>
    public int Error { get; set; }

    /// <summary>Frees the sets; called when the last part is read, and for all readings when a scan ends early.</summary>
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
