using System.Runtime.CompilerServices;
using LinuxMem.Engine.Frames;

namespace LinuxMem.Engine.Paging;

/// <summary>What the lists of one <see cref="AddressSpace"/> take of the memory limit: whose mappings they are decides how many.</summary>
/// <remarks>
/// A list that grows has for a moment its old entries beside room for twice as many: each of an entry's sizes counts three times. A
/// test holds these to what is allocated.
/// </remarks>
/// <param name="budget">The limit; null for none.</param>
internal sealed class SpaceCharge(MemoryBudget? budget)
{
    /// <summary>So many mappings, objects and segments are free, and their room is kept for the next process.</summary>
    public const int Spare = 256;

    /// <summary>Bytes for a segment.</summary>
    public const int Segment = 3 * 32;

    /// <summary>Bytes for an object, beside its path: its entry (56), its place by device and inode (36), and the array of the path.</summary>
    public const int Object = (3 * (56 + 36)) + 32;

    private long taken;

    /// <summary>True when more was taken than what is kept for every process.</summary>
    public bool IsLarge => taken > Spare * Object;

    /// <summary>Takes the room of a list of mappings that grows.</summary>
    public void TakeMappings(int before, int after)
    {
        long size = Unsafe.SizeOf<Mapping>();
        Take(after * size);
        if (before > Spare)
        {
            // The old array is garbage from now on: counted until the next growth, as the collector takes its time.
            Take(-(before / 2 * size));
        }
    }

    /// <summary>Takes the room of a segment.</summary>
    public void TakeSegment() => Take(Segment);

    /// <summary>Takes the room of an object.</summary>
    /// <param name="path">Bytes of its path.</param>
    public void TakeObject(int path) => Take(Object + path);

    /// <summary>Returns all.</summary>
    public void Return() => Take(-taken);

    private void Take(long bytes)
    {
        if (bytes > 0)
        {
            budget?.Take(bytes);
        }
        else
        {
            budget?.Return(-bytes);
        }

        taken += bytes;
    }
}
