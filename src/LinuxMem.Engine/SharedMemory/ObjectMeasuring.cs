using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>Measures shared memory objects when all processes have been read: how much of each is in memory, and how much swapped out.</summary>
/// <param name="root">The machine.</param>
/// <param name="unseen">Takes those of which nothing tells memory from swap.</param>
internal sealed class ObjectMeasuring(Machine root, UnseenObjects unseen)
{
    /// <summary>The size of the pages that an object is made of, in bytes.</summary>
    public static long PageSizeOf(Machine root, ObjectHome home, in FileUsage usage) =>
        home is ObjectHome.KernelHugetlb or ObjectHome.Hugetlbfs ? usage.BlockSize : (long)root.PageSize;

    /// <summary>
    /// Measures objects, each through one of its holders that answers. One that has gone meanwhile keeps the sizes it was met with.
    /// </summary>
    /// <param name="objects">The objects; those that could not be looked at when they were met stay without sizes.</param>
    /// <param name="method">How to tell memory from swap.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Measure(ICollection<SharedObject> objects, ResidenceMethod method, int threads, CancellationToken cancellation)
    {
        if (!root.ProcessesEnd)
        {
            return;
        }

        // Where nothing is swapped out, all that an object has is in memory, and none needs to be opened.
        bool maySwap = method != ResidenceMethod.Auto || MeminfoFile.Read(root, "SwapTotal"u8) != MeminfoFile.Read(root, "SwapFree"u8);
        ResidenceMethod? how = maySwap ? method : null;
        List<SharedObject> left = [.. objects.Where(one => one.IsMeasured)];
        for (int i = 0; i < SharedObject.MaxPlaces && left.Count > 0; i++)
        {
            Dictionary<MemProcess, StructList<HeldObject>> holders = HoldersAt(left, i);
            var measured = new HashSet<SharedObject>();
            ProcessInquiry.Each([.. holders.Keys], threads, process => Look(process, holders[process], how, cancellation), Take, cancellation);
            lock (measured)
            {
                left.RemoveAll(measured.Contains);
            }

            void Take(MemProcess process, StructList<Answer> answers)
            {
                foreach (Answer answer in answers)
                {
                    answer.Object.Measure(answer.Usage, answer.Resident, PageSizeOf(root, answer.Object.Home, answer.Usage));
                    lock (measured)
                    {
                        measured.Add(answer.Object);
                    }

                    if (!answer.IsSplit)
                    {
                        unseen.CountUnsplit();
                    }
                }
            }
        }
    }

    /// <summary>Looks at objects through one holder; those that are not there any more are not among the answers.</summary>
    private StructList<Answer> Look(MemProcess process, StructList<HeldObject> held, ResidenceMethod? method, CancellationToken cancellation)
    {
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        var answers = new StructList<Answer>();
        foreach (HeldObject mapped in place.IsOpen ? held : [])
        {
            (SharedObject one, ObjectLink link) = mapped;
            cancellation.ThrowIfCancellationRequested();
            if (root.LookAtObject(place, process.Id, link, out FileUsage usage, out _) != 0
                || !usage.Identity.IsOrdinary || usage.Identity.Minor != one.Key.Minor || usage.Identity.Inode != one.Key.Inode || usage.Mark != one.Key.Mark)
            {
                continue;
            }

            ulong resident = usage.Bytes;
            int error = method is ResidenceMethod how ? root.CountResident(place, link, usage, how, out resident) : 0;
            if (error == 0 || Errno.IsRefused(error))
            {
                answers.Add(new Answer(one, usage, resident, error == 0));
            }
        }

        return answers;
    }

    /// <summary>Of each process through which objects are seen, in their place of that number, those objects.</summary>
    private static Dictionary<MemProcess, StructList<HeldObject>> HoldersAt(List<SharedObject> objects, int number)
    {
        var holders = new Dictionary<MemProcess, StructList<HeldObject>>();
        foreach (SharedObject one in objects)
        {
            ObjectPlace[] places = one.Places();
            if (number < places.Length)
            {
                if (!holders.TryGetValue(places[number].Process, out StructList<HeldObject>? held))
                {
                    holders[places[number].Process] = held = [];
                }

                held.Add(new HeldObject(one, places[number].Link));
            }
        }

        return holders;
    }

    /// <summary>What a look at an object through one of its holders told.</summary>
    /// <param name="Object">The object.</param>
    /// <param name="Usage">Its file.</param>
    /// <param name="Resident">Bytes of it in memory.</param>
    /// <param name="IsSplit">False where memory could not be told from swap, and all counts as memory.</param>
    private readonly record struct Answer(SharedObject Object, FileUsage Usage, ulong Resident, bool IsSplit);
}
