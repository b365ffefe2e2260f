using System.Numerics;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Frames;

/// <summary>Counts, for one thread, what each two groups both map, chunk after chunk.</summary>
/// <remarks>
/// Two planes of bits tell the frames that two or more groups have: all others, nearly all that there are, are done with. Of a word
/// with shared frames, those that the same groups have are counted at once (<see cref="MemberSets"/>); where frames of one word
/// have many different groups, each two groups are compared, 64 frames at once.
/// </remarks>
internal sealed unsafe class SharingCounter : IDisposable
{
    /// <summary>Different sets of groups of a word, beyond which each two groups are compared.</summary>
    private const int MaxSets = 4;

    private readonly IReadOnlyList<FrameSet> groups;
    private readonly FrameSharing.Sums sums;
    private readonly ChunkBitmap objects;
    private readonly MemberSets sets;
    private readonly MemoryBudget budget;
    private readonly ulong* once;
    private readonly ulong* twice;
    private readonly int[] starts = new int[FrameChunk.Words + 1];
    private readonly List<(int Word, ulong Frames)> mixed = [];
    private int[] members = [];
    private ulong[] masks = [];
    private int[] chosen = [];

    public SharingCounter(IReadOnlyList<FrameSet> groups, FrameSet objects, FrameSharing.Sums sums, MemoryBudget budget)
    {
        this.groups = groups;
        this.sums = sums;
        this.budget = budget;
        this.objects = new ChunkBitmap(objects);
        sets = new MemberSets(sums.Frames, sums.OfObjects);
        once = (ulong*)NativeMemory.Alloc(2 * FrameChunk.Words * sizeof(ulong));
        twice = once + FrameChunk.Words;
        Shared = new long[groups.Count];
        SharedOfObjects = new long[groups.Count];
    }

    /// <summary>Of each group, the frames that any other has, too.</summary>
    public long[] Shared { get; }

    /// <summary>Of these, those of shared memory objects.</summary>
    public long[] SharedOfObjects { get; }

    /// <summary>Counts the frames of one chunk.</summary>
    /// <param name="key">The chunk's key.</param>
    /// <param name="having">The groups that have frames in it, in ascending order.</param>
    public void Count(long key, ReadOnlySpan<ChunkIndex.Member> having)
    {
        if (having.Length < 2)
        {
            return;
        }

        NativeMemory.Clear(once, 2 * FrameChunk.Words * sizeof(ulong));
        foreach (ChunkIndex.Member member in having)
        {
            SeveralTimes.Add(groups[member.Group].Chunks[member.Chunk], once, twice);
        }

        objects.Load(key);
        if (!Sort(having))
        {
            return;
        }

        mixed.Clear();
        for (int w = 0; w < FrameChunk.Words; w++)
        {
            if (twice[w] != 0)
            {
                CountWord(w);
            }
        }

        if (mixed.Count > 0)
        {
            lock (sums.Frames)
            {
                mixed.ForEach(one => Compare(one.Word, one.Frames));
            }
        }
    }

    /// <summary>Hands over what is still kept here.</summary>
    public void Flush() => sets.Flush();

    public void Dispose()
    {
        NativeMemory.Free(once);
        objects.Dispose();
        budget.Return((long)members.Length * (sizeof(int) + sizeof(ulong)));
        members = [];
    }

    /// <summary>Sorts the shared words of all groups by their places in the chunk; false when there are none.</summary>
    private bool Sort(ReadOnlySpan<ChunkIndex.Member> having)
    {
        Array.Clear(starts);
        foreach (ChunkIndex.Member member in having)
        {
            ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
            int length = chunk.IsBitmap ? FrameChunk.Words : chunk.Count;
            ulong* words = (ulong*)chunk.Data;
            long shared = 0, ofObjects = 0;
            for (int i = 0; i < length; i++)
            {
                int w = chunk.IsBitmap ? i : chunk.ListNumbers[i];
                ulong frames = words[i] & twice[w];
                if (frames != 0)
                {
                    starts[w + 1]++;
                    shared += BitOperations.PopCount(frames);
                    ofObjects += BitOperations.PopCount(frames & objects.Words[w]);
                }
            }

            Shared[member.Group] += shared;
            SharedOfObjects[member.Group] += ofObjects;
        }

        for (int w = 0; w < FrameChunk.Words; w++)
        {
            starts[w + 1] += starts[w];
        }

        int total = starts[FrameChunk.Words];
        Reserve(total, having.Length);
        Span<int> next = stackalloc int[FrameChunk.Words];
        starts.AsSpan(0, FrameChunk.Words).CopyTo(next);
        foreach (ChunkIndex.Member member in having)
        {
            ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
            int length = chunk.IsBitmap ? FrameChunk.Words : chunk.Count;
            ulong* words = (ulong*)chunk.Data;
            for (int i = 0; i < length; i++)
            {
                int w = chunk.IsBitmap ? i : chunk.ListNumbers[i];
                ulong frames = words[i] & twice[w];
                if (frames != 0)
                {
                    members[next[w]] = member.Group;
                    masks[next[w]++] = frames;
                }
            }
        }

        return total > 0;
    }

    private void Reserve(int total, int most)
    {
        if (chosen.Length < most)
        {
            chosen = new int[most];
        }

        if (total > members.Length)
        {
            int size = Math.Max(total, members.Length * 2);
            budget.Take((long)(size - members.Length) * (sizeof(int) + sizeof(ulong)));
            members = new int[size];
            masks = new ulong[size];
        }
    }

    private void CountWord(int w)
    {
        ReadOnlySpan<int> who = members.AsSpan(starts[w], starts[w + 1] - starts[w]);
        ReadOnlySpan<ulong> what = masks.AsSpan(starts[w], who.Length);
        ulong rest = twice[w];
        for (int n = 0; rest != 0; n++)
        {
            if (n == MaxSets)
            {
                mixed.Add((w, rest));
                return;
            }

            // All frames that the same groups have as the lowest remaining one.
            int bit = BitOperations.TrailingZeroCount(rest);
            ulong same = rest;
            int count = 0;
            for (int i = 0; i < who.Length; i++)
            {
                if ((what[i] >> bit & 1) != 0)
                {
                    chosen[count++] = who[i];
                    same &= what[i];
                }
                else
                {
                    same &= ~what[i];
                }
            }

            sets.Add(chosen.AsSpan(0, count), BitOperations.PopCount(same), BitOperations.PopCount(same & objects.Words[w]));
            rest &= ~same;
        }
    }

    private void Compare(int w, ulong frames)
    {
        ReadOnlySpan<int> who = members.AsSpan(starts[w], starts[w + 1] - starts[w]);
        ReadOnlySpan<ulong> what = masks.AsSpan(starts[w], who.Length);
        ulong ofObjects = objects.Words[w];
        for (int a = 0; a < who.Length - 1; a++)
        {
            ulong mine = what[a] & frames;
            if (mine == 0)
            {
                continue;
            }

            long row = sums.Frames.Row(who[a]);
            for (int b = a + 1; b < who.Length; b++)
            {
                ulong both = mine & what[b];
                sums.Frames.AddAt(row + who[b], BitOperations.PopCount(both));
                if ((both & ofObjects) != 0)
                {
                    sums.OfObjects.AddAt(row + who[b], BitOperations.PopCount(both & ofObjects));
                }
            }
        }
    }
}
