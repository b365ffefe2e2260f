using System.Diagnostics.CodeAnalysis;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>How often a process maps something.</summary>
/// <param name="Name">The number of the name.</param>
/// <param name="Mappings">How many mappings there are.</param>
/// <param name="Size">Their size in bytes.</param>
internal readonly record struct MappingUse(int Name, int Mappings, ulong Size);

/// <summary>Names and counts the mappings of one process after another, for one thread.</summary>
/// <param name="names">The names of all.</param>
/// <param name="budget">What its own memory counts against.</param>
internal sealed class MappingNaming(MappingNames names, MemoryBudget budget) : IMappingNaming
{
    /// <summary>Bytes of lines that are remembered with their names; then it begins anew.</summary>
    private const int MaxKnown = 1 << 20;

    private const int BytesPerLine = 80;

    private readonly Dictionary<byte[], int> @private = new(Lines.Instance);
    private readonly Dictionary<byte[], int> shared = new(Lines.Instance);
    private readonly List<MappingUse> uses = [];
    private readonly List<MappingUse> segments = [];

    /// <summary>For each name, one more than its place in <see cref="uses"/>, which must have the same name.</summary>
    private int[] places = [];

    private int known;

    /// <summary>The user whose process is read.</summary>
    public long Owner { get; set; }

    /// <inheritdoc/>
    public void Begin()
    {
        uses.Clear();
        segments.Clear();
    }

    /// <inheritdoc/>
    public int NumberOf(in MapsLine line, ObjectHome home)
    {
        Dictionary<byte[], int> of = line.IsShared ? shared : @private;
        if (of.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(line.Tail, out int number))
        {
            return number;
        }

        MappingName name = names.Of(line, home, Owner);
        int size = line.Tail.Length + BytesPerLine;
        if (known + size > MaxKnown)
        {
            @private.Clear();
            shared.Clear();
            known = 0;
        }

        known += size;
        of[line.Tail.ToArray()] = name.Number;
        return name.Number;
    }

    /// <inheritdoc/>
    public void Count(int name, ulong size)
    {
        if (name < 0)
        {
            segments.Add(new MappingUse(-name, 1, size));
            return;
        }

        if (name >= places.Length)
        {
            int length = Math.Max(256, Math.Max(name + 1, places.Length * 2));
            budget.Take((long)(length - places.Length) * sizeof(int));
            Array.Resize(ref places, length);
        }

        int place = places[name] - 1;
        if (place >= 0 && place < uses.Count && uses[place].Name == name)
        {
            uses[place] = new MappingUse(name, uses[place].Mappings + 1, uses[place].Size + size);
            return;
        }

        uses.Add(new MappingUse(name, 1, size));
        places[name] = uses.Count;
    }

    /// <summary>What the process maps, each name once.</summary>
    /// <param name="space">Its mappings.</param>
    /// <param name="objects">The objects among <see cref="AddressSpace.Objects"/> that could be looked at; null for the others.</param>
    public MappingUse[] Uses(AddressSpace space, SharedObject?[] objects)
    {
        foreach (MappingUse segment in segments)
        {
            int i = segment.Name - 1;
            ObjectMapping of = space.Objects[i];
            int name = i < objects.Length && objects[i] is { IsMeasured: true } one
                ? names.Of(one, Owner).Number
                : names.Of(new MapsLine { IsShared = true, Device = "00:01"u8, Inode = of.Link.Inode, Path = of.Path }, ObjectHome.None, Owner).Number;
            Count(name, segment.Size);
        }

        segments.Clear();
        return [.. uses];
    }

    /// <summary>Compares lines by their bytes.</summary>
    private sealed class Lines : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Lines Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] line) => GetHashCode(line.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> line)
        {
            var hash = default(HashCode);
            hash.AddBytes(line);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
