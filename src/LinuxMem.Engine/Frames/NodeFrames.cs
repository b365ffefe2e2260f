using System.Numerics;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Frames;

/// <summary>Counts frames by the NUMA node whose memory they are.</summary>
internal sealed unsafe class NodeFrames
{
    private readonly Range[] ranges;
    private readonly int[] numbers;

    /// <summary>Takes in which memory is whose.</summary>
    /// <param name="nodes">The nodes; of a single one, all frames are its.</param>
    /// <param name="pageSize">The size of a frame in bytes.</param>
    public NodeFrames(IReadOnlyList<NodeMemory> nodes, ulong pageSize)
    {
        numbers = new int[nodes.Count];
        var all = new List<Range>();
        for (int place = 0; place < nodes.Count; place++)
        {
            numbers[place] = nodes[place].Node;
            ulong[] bounds = nodes[place].Ranges;
            for (int i = 0; i + 1 < bounds.Length; i += 2)
            {
                var range = new Range((bounds[i] + pageSize - 1) / pageSize, bounds[i + 1] / pageSize, place);
                if (range.Start < range.End)
                {
                    all.Add(range);
                }
            }
        }

        all.Sort(static (one, other) => one.Start != other.Start ? one.Start.CompareTo(other.Start) : one.Place.CompareTo(other.Place));
        ranges = [.. all];
    }

    /// <summary>The numbers of the nodes.</summary>
    public IReadOnlyList<int> Numbers => numbers;

    /// <summary>How many frames of a set each node has, in the order of <see cref="Numbers"/>; those of no node are in none.</summary>
    public NodeCount[] Count(FrameSet set)
    {
        var counts = new long[numbers.Length];
        foreach (ref FrameChunk chunk in set.Chunks)
        {
            ulong first = (ulong)chunk.Key << FrameChunk.FrameBits;
            if (numbers.Length == 1)
            {
                counts[0] += chunk.Population();
            }
            else if (PlaceOf(first, FrameChunk.Frames) is int place)
            {
                // A chunk of 128 MiB lies in one block of memory, as a rule.
                counts[place] += chunk.Population();
            }
            else
            {
                CountSingly(chunk, first, counts);
            }
        }

        var each = new NodeCount[numbers.Length];
        for (int i = 0; i < each.Length; i++)
        {
            each[i] = new NodeCount(numbers[i], counts[i]);
        }

        return each;
    }

    private void CountSingly(in FrameChunk chunk, ulong first, long[] counts)
    {
        ulong* words = (ulong*)chunk.Data;
        int length = chunk.IsBitmap ? FrameChunk.Words : chunk.Count;
        for (int i = 0; i < length; i++)
        {
            ulong start = first + (ulong)((chunk.IsBitmap ? i : chunk.ListNumbers[i]) * 64);
            if (PlaceOf(start, 64) is int place)
            {
                counts[place] += BitOperations.PopCount(words[i]);
                continue;
            }

            for (ulong rest = words[i]; rest != 0; rest &= rest - 1)
            {
                if (PlaceOf(start + (ulong)BitOperations.TrailingZeroCount(rest), 1) is int one)
                {
                    counts[one]++;
                }
            }
        }
    }

    /// <summary>The node that has all of some frames; null where none has all.</summary>
    private int? PlaceOf(ulong first, ulong count)
    {
        int low = 0, high = ranges.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = ranges[middle].End <= first ? (middle + 1, high) : (low, middle);
        }

        return low < ranges.Length && ranges[low].Start <= first && first + count <= ranges[low].End ? ranges[low].Place : null;
    }

    private sealed record Range(ulong Start, ulong End, int Place);
}

/// <summary>How many frames lie on a NUMA node.</summary>
internal sealed record NodeCount(int Node, long Frames);
