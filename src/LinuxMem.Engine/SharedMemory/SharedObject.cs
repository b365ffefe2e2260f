using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Which shared memory object.</summary>
/// <param name="Minor">The minor number of its device; the major is 0.</param>
/// <param name="Inode">Its inode.</param>
/// <param name="IsSegment">Whether it is a SysV segment, whose inode is its shmid.</param>
/// <param name="Mark">What tells it from others of its number: two segments of one number, of two IPC namespaces, are two.</param>
internal readonly record struct ObjectKey(uint Minor, ulong Inode, bool IsSegment, FileMark Mark)
{
    // Written out: what C# makes asks .NET for a comparer of marks, which is compiled in each process.
    public bool Equals(ObjectKey other) => Inode == other.Inode && Minor == other.Minor && IsSegment == other.IsSegment && Mark.Equals(other.Mark);

    public override int GetHashCode() => KeyHash.Of(Inode, Minor, Mark.Handle, (ulong)Mark.Made);
}

/// <summary>A shared memory object that some process holds: how large it is, and what of it is where. Sizes are bytes.</summary>
internal sealed class SharedObject(ObjectKey key, ObjectHome home)
{
    /// <summary>Holders that are remembered to look at it through; of more, one of these will still be there.</summary>
    public const int MaxPlaces = 8;

    private readonly StructList<ObjectPlace> places = [];

    public ObjectKey Key => key;

    public ObjectHome Home => home;

    public SharedMemoryKind Kind { get; private set; }

    /// <summary>The kernel's name for it, without the mark of a deleted file.</summary>
    public string Name { get; private set; } = string.Empty;

    /// <summary>False for what nobody may look at: a driver's memory, memfd_secret(2). Its sizes are 0 then.</summary>
    public bool IsMeasured { get; private set; }

    public long Size { get; private set; }

    /// <summary>Bytes in memory.</summary>
    public long Resident { get; private set; }

    /// <summary>Bytes swapped out.</summary>
    public long Swapped { get; private set; }

    /// <summary>The size of its pages, transparent huge pages aside.</summary>
    public long PageSize { get; private set; }

    /// <summary>True when no folder has a name for it any more.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>True when its memory comes back once nobody holds it: a named file of a tmpfs stays, but one in /dev/shm goes with its program.</summary>
    public bool EndsWithHolders => IsRemoved || (home is not (ObjectHome.Tmpfs or ObjectHome.Hugetlbfs)) || Kind == SharedMemoryKind.Posix;

    /// <summary>What was found when it was looked at last.</summary>
    public FileUsage Usage { get; private set; }

    /// <summary>How far the one who gave it its name is to be believed.</summary>
    public NameTrust Trust { get; private set; }

    /// <summary>
    /// Says what it is, as one process knows it: the name is that of the one who is to be believed most, of several of these the first.
    /// </summary>
    public void Describe(string name, SharedMemoryKind kind, NameTrust trust)
    {
        lock (places)
        {
            // A folder can be mounted at /dev/shm in a namespace of one's own: what another knows by another name does not end with its
            // holders. Whom nobody has reason to believe has no say in that either.
            bool isFirst = Name.Length == 0 || (Trust == NameTrust.None && trust != NameTrust.None);
            if (isFirst || (trust == NameTrust.None) == (Trust == NameTrust.None))
            {
                Kind = !isFirst && Kind == SharedMemoryKind.Tmpfs ? Kind : isFirst || kind == SharedMemoryKind.Tmpfs ? kind : Kind;
            }

            if (isFirst || trust > Trust)
            {
                (Name, Trust) = (name, trust);
            }
        }
    }

    /// <summary>Takes sizes.</summary>
    public void Measure(in FileUsage usage, ulong resident, long pageSize)
    {
        IsMeasured = true;
        Usage = usage;
        Size = (long)Math.Min(usage.Size, long.MaxValue);
        Resident = (long)resident;
        Swapped = (long)(usage.Bytes - resident);
        PageSize = pageSize;
        IsRemoved = usage.Links == 0;
    }

    /// <summary>Remembers where it can be looked at.</summary>
    public void AddPlace(MemProcess process, in ObjectLink link)
    {
        lock (places)
        {
            if (places.Count < MaxPlaces)
            {
                places.Add(new ObjectPlace(process, link));
            }
        }
    }

    /// <summary>Where it can be looked at.</summary>
    public ObjectPlace[] Places()
    {
        lock (places)
        {
            return places.ToArray();
        }
    }
}

/// <summary>A process that has an object mapped, and where.</summary>
internal readonly record struct ObjectPlace(MemProcess Process, ObjectLink Link);

/// <summary>An object, and where a process has it mapped.</summary>
internal readonly record struct HeldObject(SharedObject Object, ObjectLink Link);
