using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// The names that mappings count under in a report by mapping, each once, however many processes map it. They take a quarter of
/// the memory limit at the most: what is new then counts as <see cref="FoldedName"/>, which is told. Nobody takes more than half of what
/// is left, so that one user's names leave room for those of others. Used by several threads.
/// </summary>
/// <param name="budget">What they count against.</param>
/// <param name="byKind">Whether mappings count by kind alone.</param>
internal sealed class MappingNames(MemoryBudget budget, bool byKind)
{
    /// <summary>The name of what has none of its own.</summary>
    public const string Anonymous = "[anon]";

    /// <summary>The name of all that there was no room for.</summary>
    public const string FoldedName = "(other names)";

    /// <summary>Bytes that a name takes beside its text.</summary>
    private const int Cost = 400;

    private readonly ConcurrentDictionary<MappingIdentity, MappingName> known = new();
    private readonly Dictionary<long, long> takenBy = [];
    private readonly object gate = new();
    private MappingName[] all = new MappingName[64];
    private int count;
    private long taken;

    private static ReadOnlySpan<byte> Deleted => " (deleted)"u8;

    /// <summary>Whether mappings count by kind alone.</summary>
    public bool ByKind => byKind;

    /// <summary>The number of the name of what there was no room for; 0 when there was for all.</summary>
    public int Folded { get; private set; }

    /// <summary>Says what could not be kept apart.</summary>
    /// <param name="mappings">The number of mappings.</param>
    public string Warning(long mappings) =>
        string.Create(CultureInfo.InvariantCulture, $"There are more names of mappings than a quarter of the memory limit ({SizeText.InSentence(budget.Limit / 4)}) has room for: {mappings} mappings are added up as '{FoldedName}'. Give a higher memory limit, or ask by kind.");

    /// <summary>The name of a number.</summary>
    public MappingName this[int number] => Volatile.Read(ref all)[number];

    /// <summary>The name of a mapping.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="home">What its device is, where that is known for memory.</param>
    /// <param name="owner">The user whose process it is.</param>
    public MappingName Of(in MapsLine line, ObjectHome home, long owner)
    {
        bool isObject = home is not (ObjectHome.None or ObjectHome.Driver or ObjectHome.Secret);
        MappedKind kind = IsSegment(line) ? MappedKind.SysV
            : isObject ? MappedKinds.Of(ObjectName.KindOf(line.Path, home, isSegment: false))
            : MappedKinds.Of(line.Path, line.IsShared);
        if (byKind)
        {
            return Of(new MappingIdentity(kind, string.Empty, 0, 0, null), kind, kind.ToString(), owner);
        }

        // What the kernel makes for each mapping anew is one thing to look at.
        bool isAlone = kind is MappedKind.Anonymous or MappedKind.HugePages;
        bool isDeleted = line.Path.EndsWith(Deleted) && line.Path[0] == (byte)'/';
        string text = kind == MappedKind.Anonymous ? Anonymous : BoundedText.Decode(isDeleted ? line.Path[..^Deleted.Length] : line.Path);
        if (isObject && kind != MappedKind.SysV && MemoryDevices.TryMinor(line.Device, out uint minor))
        {
            return Of(new MappingIdentity(default, string.Empty, 0, 0, new ObjectKey(minor, line.Inode, false, default)), kind, text, owner);
        }

        // A name that bears the mark is another one: a user can give any file a path that ends like the mark, in mounts of his own.
        bool isMarked = isDeleted && kind == MappedKind.File;
        return Of(new MappingIdentity(kind, text, isAlone ? 0 : DeviceOf(line.Device), isAlone ? 0 : line.Inode, null, isMarked), kind, text, owner);
    }

    /// <summary>The name of a shared memory object. Lines of maps tell objects that are no segments by device and inode alone.</summary>
    public MappingName Of(SharedObject one, long owner)
    {
        MappedKind kind = MappedKinds.Of(one.Kind);
        return byKind
            ? Of(new MappingIdentity(kind, string.Empty, 0, 0, null), kind, kind.ToString(), owner)
            : Of(new MappingIdentity(default, string.Empty, 0, 0, one.Key.IsSegment ? one.Key : one.Key with { Mark = default }), kind, one.Name, owner);
    }

    /// <summary>True where a line has the name of a SysV segment.</summary>
    private static bool IsSegment(in MapsLine line) =>
        line.Path.Length == 13 + Deleted.Length && line.Path.StartsWith("/SYSV"u8) && line.Path.EndsWith(Deleted) && line.Device.StartsWith("00:"u8);

    private static ulong DeviceOf(ReadOnlySpan<byte> device)
    {
        int colon = device.IndexOf((byte)':');
        return colon > 0 && Utf8Parser.TryParse(device[..colon], out uint major, out _, 'x') && Utf8Parser.TryParse(device[(colon + 1)..], out uint minor, out _, 'x')
            ? ((ulong)major << 32) | minor
            : 0;
    }

    private MappingName Of(in MappingIdentity identity, MappedKind kind, string text, long owner)
    {
        if (known.TryGetValue(identity, out MappingName? name))
        {
            return name;
        }

        lock (gate)
        {
            if (known.TryGetValue(identity, out name))
            {
                return name;
            }

            long size = Cost + (2L * text.Length);
            long mine = takenBy.GetValueOrDefault(owner) + size;
            if (!byKind && mine > (budget.Limit / 4) - taken)
            {
                name = Add(new MappingIdentity(MappedKind.Other, FoldedName, 0, 0, null), MappedKind.Other, FoldedName);
                Folded = name.Number;
                return name;
            }

            budget.Take(size);
            taken += size;
            takenBy[owner] = mine;
            return Add(identity, kind, text);
        }
    }

    private MappingName Add(in MappingIdentity identity, MappedKind kind, string text)
    {
        if (known.TryGetValue(identity, out MappingName? name))
        {
            return name;
        }

        // Number 0 is that of no name.
        name = new MappingName(++count, identity, kind, text);
        if (count >= all.Length)
        {
            MappingName[] more = new MappingName[all.Length * 2];
            all.CopyTo(more, 0);
            more[count] = name;
            Volatile.Write(ref all, more);
        }
        else
        {
            all[count] = name;
        }

        known[identity] = name;
        return name;
    }
}
