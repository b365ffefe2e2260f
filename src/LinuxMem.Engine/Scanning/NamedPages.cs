using LinuxMem.Engine.Frames;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// What processes map, by the names of the mappings. Several threads may add: each name has a lock of its own, because all
/// processes of a group map the same few.
/// </summary>
internal sealed class NamedPages(MemoryBudget budget) : IDisposable
{
    private readonly Dictionary<int, Pages> all = [];

    /// <summary>The numbers of the names, with what there is of each.</summary>
    public IReadOnlyDictionary<int, Pages> All => all;

    /// <summary>Which names are kept, by their numbers; null for all.</summary>
    public Func<int, bool>? Wants { get; init; }

    /// <summary>Adds what a process that has been read at once maps.</summary>
    public void Add(NamedFrames names, FrameArena arena)
    {
        foreach ((int name, FrameSet frames, FrameSet? slots) in names.Names)
        {
            Add(name, frames, slots, arena);
        }
    }

    /// <summary>Adds what a process that was read in parts maps.</summary>
    public void Add(NamedPages names, FrameArena arena)
    {
        foreach ((int name, Pages pages) in names.all)
        {
            Add(name, pages.Frames, pages.Slots, arena);
        }
    }

    /// <summary>Counts the mappings of a process.</summary>
    public void Add(MappingUse[] uses)
    {
        foreach (MappingUse use in uses)
        {
            if (Wants?.Invoke(use.Name) == false)
            {
                continue;
            }

            Pages pages = Of(use.Name);
            lock (pages)
            {
                pages.Processes++;
                pages.Mappings += use.Mappings;
                pages.Size += use.Size;
            }
        }
    }

    /// <summary>Frees the memory of all sets into an arena.</summary>
    public void Clear(FrameArena arena)
    {
        foreach (Pages pages in all.Values)
        {
            pages.Frames?.Clear(arena);
            pages.Slots?.Clear(arena);
        }

        Dispose();
    }

    /// <summary>What there is of a name.</summary>
    public Pages Of(int name)
    {
        lock (all)
        {
            if (!all.TryGetValue(name, out Pages? pages))
            {
                budget.Take(Pages.Cost);
                all[name] = pages = new Pages();
            }

            return pages;
        }
    }

    public void Dispose()
    {
        foreach (Pages pages in all.Values)
        {
            pages.Frames?.Dispose();
            pages.Slots?.Dispose();
        }

        budget.Return((long)all.Count * Pages.Cost);
        all.Clear();
    }

    private void Add(int name, FrameSet? frames, FrameSet? slots, FrameArena arena)
    {
        if (Wants?.Invoke(name) == false)
        {
            return;
        }

        Pages pages = Of(name);
        lock (pages)
        {
            if (frames is not null)
            {
                (pages.Frames ??= new FrameSet(budget)).AddAll(frames, arena);
            }

            if (slots is not null)
            {
                (pages.Slots ??= new FrameSet(budget)).AddAll(slots, arena);
            }
        }
    }

    /// <summary>What processes map under one name.</summary>
    internal sealed class Pages
    {
        /// <summary>Bytes that a name takes here, beside its sets.</summary>
        public const int Cost = 200;

        /// <summary>The frames; null for none.</summary>
        public FrameSet? Frames { get; set; }

        /// <summary>The swap slots; null for none.</summary>
        public FrameSet? Slots { get; set; }

        public int Processes { get; set; }

        public long Mappings { get; set; }

        /// <summary>Bytes of address space.</summary>
        public ulong Size { get; set; }
    }
}
