using System.Collections.Concurrent;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// Bounds the work that the descriptors of one user's processes make. Ordinary tables of descriptors are always looked
/// at. Of larger ones each is looked at once, however many processes share it (CLONE_FILES), as long as there is
/// something left of what their user may cost.
/// </summary>
/// <remarks>Only tables of one user are compared: what keeps the kernel waiting over one of them is his own.</remarks>
/// <param name="root">The machine.</param>
internal sealed class DescriptorTables(Machine root)
{
    /// <summary>A table of up to so many descriptors is always looked at: by default a process may have no more.</summary>
    public const int Ordinary = 1024;

    /// <summary>The most descriptors of one process that are looked at: by default no process can have more (fs.nr_open).</summary>
    public const int MaxOfTable = 1 << 20;

    /// <summary>What the larger tables of one user may cost: one for each descriptor, <see cref="CostOfFile"/> more for one of a file.</summary>
    public const long MaxOfOwner = 8L << 20;

    /// <summary>What it costs to find out where a file lies.</summary>
    public const int CostOfFile = 3;

    private readonly ConcurrentDictionary<object, Owner> owners = new();

    /// <summary>What the larger tables of a process's user have cost so far.</summary>
    public Owner Of(MemProcess process) => owners.GetOrAdd(process.Respondent.Owner, _ => new Owner(root.IsOwnProc, root.Deadlines.DescriptorsOfOwner));

    /// <summary>The larger tables of one user. Used by several threads.</summary>
    /// <param name="canCompare">Whether the numbers of processes are those that the kernel knows them by here.</param>
    /// <param name="longest">How long they may take, of all threads together.</param>
    internal sealed class Owner(bool canCompare, TimeSpan longest)
    {
        private readonly List<(MemProcess Process, SharedObject[] Objects)> known = [];
        private long left = MaxOfOwner;
        private long ticks;

        /// <summary>True when nothing more may be looked at.</summary>
        public bool IsSpent => Volatile.Read(ref left) <= 0 || Volatile.Read(ref ticks) > longest.Ticks;

        /// <summary>Takes what something costs; false when so much is not left.</summary>
        public bool TryTake(long cost) => !IsSpent && Interlocked.Add(ref left, -cost) >= 0;

        /// <summary>Counts time that has been spent.</summary>
        public void Spend(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);

        /// <summary>What a process has open, where that is known from another with the same table; else null.</summary>
        public SharedObject[]? Find(MemProcess process)
        {
            (MemProcess Process, SharedObject[] Objects)[] all;
            lock (known)
            {
                all = canCompare ? [.. known] : [];
            }

            foreach ((MemProcess other, SharedObject[] objects) in all)
            {
                if (!TryTake(1))
                {
                    return null;
                }

                if (Kcmp.ShareDescriptors(ThreadOf(process), ThreadOf(other)))
                {
                    return objects;
                }
            }

            return null;
        }

        /// <summary>Keeps what was found in the table of a process.</summary>
        public void Keep(MemProcess process, SharedObject[] objects)
        {
            lock (known)
            {
                known.Add((process, objects));
            }
        }

        /// <summary>A first thread that has ended has no table any more, and that would be the same for all of them.</summary>
        private static int ThreadOf(MemProcess process) => process.AddressSpaceThread != 0 ? process.AddressSpaceThread : process.Id;
    }
}
