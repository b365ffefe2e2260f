namespace LinuxMem.Engine.Frames;

/// <summary>
/// The frames of the process that one thread is reading, as a whole and by the names of its mappings. It grows with names and
/// frames, never with mappings; its memory is its own, so that a thread that is left behind touches nobody's.
/// </summary>
internal sealed class NamedFrames(MemoryBudget budget) : IDisposable
{
    /// <summary>How many sets are kept for the next process.</summary>
    private const int KeptSets = 1024;

    /// <summary>Bytes that a name takes while its process is read, beside its frames.</summary>
    private const int BytesPerName = 160;

    private readonly FrameArena arena = new(budget);
    private readonly List<Staged> staged = [];

    /// <summary>For each name, one more than its place in <see cref="staged"/>, which must have the same name.</summary>
    private int[] places = [];

    private int used;
    private int current;

    /// <summary>All frames.</summary>
    public FrameCollector Frames { get; } = new(budget);

    /// <summary>All swap slots.</summary>
    public FrameCollector Slots { get; } = new(budget);

    /// <summary>The frames and swap slots of each name that has any.</summary>
    public IEnumerable<(int Name, FrameSet Frames, FrameSet? Slots)> Names =>
        staged.Take(used).Select(one => (one.Name, one.Frames, one.HasSlots ? one.Slots : null));

    /// <summary>Says under which name what is collected from now on stands; what was collected goes to the name before.</summary>
    public void Enter(int name, FrameCollector frames, FrameCollector slots)
    {
        if (name != current)
        {
            Leave(frames, slots);
            current = name;
        }
    }

    /// <summary>Takes what was collected under the current name.</summary>
    public void Leave(FrameCollector frames, FrameCollector slots)
    {
        if (!frames.IsEmpty)
        {
            frames.AddTo(Of(current).Frames, arena);
            frames.MoveTo(Frames);
        }

        if (!slots.IsEmpty)
        {
            Staged one = Of(current);
            one.HasSlots = true;
            slots.AddTo(one.Slots ??= new FrameSet(budget), arena);
            slots.MoveTo(Slots);
        }

        current = 0;
    }

    /// <summary>Empties it for the next process.</summary>
    public void Clear()
    {
        Frames.Clear();
        Slots.Clear();
        for (int i = 0; i < used; i++)
        {
            Staged one = staged[i];
            one.Frames.Empty(arena);
            one.Slots?.Empty(arena);
            one.HasSlots = false;
        }

        if (staged.Count > KeptSets)
        {
            staged.Skip(KeptSets).ToList().ForEach(Dispose);
            budget.Return((long)(staged.Count - KeptSets) * BytesPerName);
            staged.RemoveRange(KeptSets, staged.Count - KeptSets);
        }

        used = 0;
        current = 0;
    }

    public void Dispose()
    {
        staged.ForEach(Dispose);
        budget.Return(((long)staged.Count * BytesPerName) + ((long)places.Length * sizeof(int)));
        staged.Clear();
        places = [];
        used = 0;
        Frames.Dispose();
        Slots.Dispose();
        arena.Dispose();
    }

    private static void Dispose(Staged one)
    {
        one.Frames.Dispose();
        one.Slots?.Dispose();
    }

    private Staged Of(int name)
    {
        if (name >= places.Length)
        {
            int size = Math.Max(256, Math.Max(name + 1, places.Length * 2));
            budget.Take((long)(size - places.Length) * sizeof(int));
            Array.Resize(ref places, size);
        }

        int place = places[name] - 1;
        if (place >= 0 && place < used && staged[place].Name == name)
        {
            return staged[place];
        }

        if (used == staged.Count)
        {
            budget.Take(BytesPerName);
            staged.Add(new Staged(new FrameSet(budget)));
        }

        staged[used].Name = name;
        places[name] = ++used;
        return staged[used - 1];
    }

    private sealed class Staged(FrameSet frames)
    {
        public int Name { get; set; }

        public FrameSet Frames => frames;

        public FrameSet? Slots { get; set; }

        public bool HasSlots { get; set; }
    }
}
