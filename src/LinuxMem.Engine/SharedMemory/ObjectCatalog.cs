using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// The shared memory objects that are met while processes are read, each once. Objects are met on all threads; they are
/// measured once, when all processes have been read.
/// </summary>
/// <param name="root">The machine.</param>
/// <param name="devices">Which devices are memory; null where nothing tells, so that there are no objects.</param>
/// <param name="budget">What they may take.</param>
internal sealed class ObjectCatalog(Machine root, MemoryDevices? devices, MemoryBudget budget)
{
    /// <summary>Bytes that an object takes, its name aside.</summary>
    private const int Cost = 640;

    private readonly SharedTable<ObjectKey, SharedObject> objects = new();

    /// <summary>False where nothing tells shared memory from files: it counts by page tables alone then.</summary>
    public bool IsKnown => devices is not null;

    /// <summary>Which devices are memory.</summary>
    public MemoryDevices? Devices { get; } = WithVisits(root, devices);

    /// <summary>All that were met.</summary>
    public ICollection<SharedObject> Objects => objects.Values;

    /// <summary>What could not be looked at.</summary>
    public UnseenObjects Unseen { get; } = new();

    /// <summary>
    /// The objects that a process has mapped. What cannot be looked at is disowned: it counts as any file; segments then
    /// count by the kernel's table.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="place">Its folder.</param>
    /// <param name="space">Its mappings.</param>
    /// <param name="looseSegments">Takes the shmids of segments that could not be looked at.</param>
    /// <param name="attached">Takes the segments, with their mappings; null where nobody asks.</param>
    /// <param name="each">Takes each object at its place among those of the mappings; null where nobody asks.</param>
    public SharedObject[] Sight(
        MemProcess process, in MachineFolder place, AddressSpace space, StructSet<NumberKey> looseSegments, StructList<HeldObject>? attached = null, SharedObject?[]? each = null)
    {
        foreach (SegmentRange segment in space.Segments)
        {
            looseSegments.Add(segment.ShmId);
        }

        if (space.Objects.Count == 0)
        {
            return [];
        }

        StructSet<NumberKey>? unseen = null;
        var found = new SharedObject[space.Objects.Count];
        int count = 0;
        bool[]? unknown = null;
        for (int i = 0; i < space.Objects.Count; i++)
        {
            ObjectMapping mapping = space.Objects[i];
            if (Sight(process, place, mapping) is SharedObject known)
            {
                found[count++] = known;
                if (each is not null)
                {
                    each[i] = known;
                }

                if (known.IsMeasured)
                {
                    if (mapping.Link.IsSegment)
                    {
                        looseSegments.Remove(mapping.Link.Inode);
                        attached?.Add(new HeldObject(known, mapping.Link));
                    }

                    continue;
                }
            }

            (unknown ??= new bool[space.Objects.Count])[i] = true;
            if (mapping.Link.IsSegment)
            {
                (unseen ??= new()).Add(mapping.Link.Inode);
            }
        }

        if (unseen is not null)
        {
            foreach (NumberKey segment in unseen)
            {
                looseSegments.Add(segment);
            }
        }

        if (unknown is not null)
        {
            space.Disown(unknown);
        }

        // Most processes have one or none.
        return count < 2 ? (count == found.Length ? found : found[..count]) : [.. found.Take(count).Distinct()];
    }

    /// <summary>The object that a process has mapped or open; null when it cannot be looked at.</summary>
    public SharedObject? Sight(MemProcess process, in MachineFolder place, in ObjectMapping mapping)
    {
        ObjectLink link = mapping.Link;
        bool isAsked = mapping.Home is not (ObjectHome.Driver or ObjectHome.Secret);
        FileMark mark = default;
        FileUsage usage = default;
        ulong? resident = null;
        int error = isAsked ? root.MarkObject(place, process.Id, link, out mark) : 0;
        var key = new ObjectKey(link.Minor, link.Inode, link.IsSegment, mark);
        if (error == 0 && objects.TryGetValue(key, out SharedObject? known))
        {
            Meet(known, process, place, mapping);
            return known;
        }

        if (!isAsked)
        {
            return Add(key, process, place, mapping, default, null);
        }

        error = error == 0 ? root.LookAtObject(place, process.Id, link, out usage, out resident) : error;
        if (error != 0)
        {
            // A mapping that has gone meanwhile holds nothing any more.
            if (!root.IsGone(error) || process.AddressSpaceThread != 0)
            {
                Unseen.Refuse(process, error);
            }

            return null;
        }

        if (!usage.Identity.IsOrdinary)
        {
            return usage.Identity.IsFolder || link.End == 0 ? null : Add(key, process, place, mapping with { Home = ObjectHome.Driver }, default, null);
        }

        if (usage.Identity.Major != 0 || usage.Identity.Minor != link.Minor || usage.Identity.Inode != link.Inode)
        {
            return null;
        }

        return Add(key with { Mark = usage.Mark }, process, place, mapping, usage, resident ?? usage.Bytes);
    }

    /// <summary>
    /// Measures all objects, each through one of its holders that answers. One that has gone meanwhile keeps the sizes it was met with.
    /// </summary>
    /// <param name="method">How to tell memory from swap.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Measure(ResidenceMethod method, int threads, CancellationToken cancellation)
    {
        if (!objects.IsEmpty)
        {
            new ObjectMeasuring(root, Unseen).Measure(objects.Values, method, threads, cancellation);
        }
    }

    /// <summary>Mounts of all processes are asked for where a device is heard of by no other way.</summary>
    private static MemoryDevices? WithVisits(Machine root, MemoryDevices? devices)
    {
        if (devices is not null)
        {
            devices.VisitAll = learn => ProcessInquiry.EachNumber(root, root.ProcessIds(), (in MachineFolder place) => Visit(learn, place), static (_, _) => { }, root.Cancellation);
        }

        return devices;

        static bool Visit(MemoryDevices.Visitor learn, in MachineFolder place)
        {
            if (place.IsOpen)
            {
                learn(place);
            }

            return true;
        }
    }

    private SharedObject Add(in ObjectKey key, MemProcess process, in MachineFolder place, in ObjectMapping mapping, in FileUsage usage, ulong? resident)
    {
        if (!objects.TryGetValue(key, out SharedObject? one))
        {
            budget.Take(Cost + (2 * mapping.Path.Length));
            var made = new SharedObject(key, mapping.Home);
            if (resident is ulong bytes)
            {
                made.Measure(usage, bytes, ObjectMeasuring.PageSizeOf(root, mapping.Home, usage));
            }

            made.Describe(
                root.RecordedNameOf(mapping.Link, process.Id, ObjectName.Of(mapping.Path, made.IsRemoved || mapping.Home == ObjectHome.Secret)),
                ObjectName.KindOf(mapping.Path, mapping.Home, mapping.Link.IsSegment),
                NameTrusts.In(process, place, made));
            one = objects.GetOrAdd(key, made);
        }

        Meet(one, process, place, mapping);
        return one;
    }

    private void Meet(SharedObject one, MemProcess process, in MachineFolder place, in ObjectMapping mapping)
    {
        one.AddPlace(process, mapping.Link);
        SharedMemoryKind kind = ObjectName.KindOf(mapping.Path, one.Home, mapping.Link.IsSegment);
        if (one.Home is not (ObjectHome.Tmpfs or ObjectHome.Hugetlbfs) || (one.Trust == NameTrust.OwnerWithSameMounts && kind == one.Kind))
        {
            return;
        }

        NameTrust trust = NameTrusts.In(process, place, one);
        if (trust > one.Trust || kind != one.Kind)
        {
            one.Describe(ObjectName.Of(mapping.Path, one.IsRemoved), kind, trust);
        }
    }
}
