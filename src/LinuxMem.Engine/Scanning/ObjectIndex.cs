using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// The frames of shared memory objects that several processes of one user map, so that each of these pages is looked up once
/// and not once for each process. Safe for several threads.
/// </summary>
/// <remarks>
/// By user, because a process can have something else in the place of an object for a moment, just while it is read: so it
/// makes the figures of its own user strange, and of no other. The first process of a user is read as if nothing were to be
/// kept: most objects have one.
/// </remarks>
internal sealed class ObjectIndex(MemoryBudget budget)
{
    private readonly SharedTable<MetObject, Pages> met = new();

    /// <summary>The frames.</summary>
    public IndexedFrames Frames { get; } = new(budget);

    /// <summary>Has the objects that were met before read by their pages.</summary>
    /// <param name="space">The mappings.</param>
    /// <param name="each">The object of each of <see cref="AddressSpace.Objects"/>; null where it could not be looked at.</param>
    /// <param name="uid">The user of the process; null where he is not known.</param>
    public void Apply(AddressSpace space, ReadOnlySpan<SharedObject?> each, long? uid)
    {
        for (int i = 0; i < each.Length && uid is not null; i++)
        {
            ObjectMapping mapping = space.Objects[i];
            if (each[i] is not { IsMeasured: true } one || mapping.Link.IsSegment || !PagemapReader.IsWorthIndexing(mapping.Link.End - mapping.Link.Start))
            {
                continue;
            }

            var key = new MetObject(one, uid.Value);
            if (met.TryGetValue(key, out Pages? pages))
            {
                space.ReadByPages(i, pages.OfSecond(Frames));
            }
            else
            {
                met.TryAdd(key, new Pages());
            }
        }
    }

    private readonly record struct MetObject(SharedObject Object, long Uid)
    {
        public override int GetHashCode() => KeyHash.Of((ulong)Uid, (uint)Object.GetHashCode());
    }

    /// <summary>The pages of an object, kept from its second process on.</summary>
    private sealed class Pages
    {
        private ObjectPages? pages;

        public ObjectPages OfSecond(IndexedFrames frames)
        {
            if (Volatile.Read(ref pages) is ObjectPages known)
            {
                return known;
            }

            var made = new ObjectPages(frames);
            return Interlocked.CompareExchange(ref pages, made, null) ?? made;
        }
    }
}
