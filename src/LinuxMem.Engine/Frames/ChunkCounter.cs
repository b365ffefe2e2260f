using System.Numerics;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Frames;

/// <summary>Adds up, for one thread, the totals of all groups, chunk after chunk.</summary>
internal sealed unsafe class ChunkCounter : IDisposable
{
    private readonly IReadOnlyList<FrameSet> groups;
    private readonly RamRanges ram;
    private readonly ChunkBitmap files;
    private readonly ChunkBitmap shared;

    /// <summary>The frames that are never unique; null for none.</summary>
    private readonly ChunkBitmap? elsewhere;

    /// <summary>At index n (from 2), 2^64 / n: a group's share of a frame that n groups map.</summary>
    private readonly ulong[] shares;

    private readonly BitPlanes planes;

    public ChunkCounter(IReadOnlyList<FrameSet> groups, FrameSet files, FrameSet shared, FrameSet? elsewhere, RamRanges ram)
    {
        this.groups = groups;
        this.elsewhere = elsewhere is null ? null : new ChunkBitmap(elsewhere);
        this.files = new ChunkBitmap(files);
        this.shared = new ChunkBitmap(shared);
        this.ram = ram;
        Totals = new FrameTotals[groups.Count];
        shares = new ulong[groups.Count + 1];
        for (int n = 2; n <= groups.Count; n++)
        {
            // 2^64 / n, rounded down.
            (ulong quotient, ulong rest) = (ulong.MaxValue / (uint)n, ulong.MaxValue % (uint)n);
            shares[n] = rest == (uint)n - 1 ? quotient + 1 : quotient;
        }

        planes = new BitPlanes(groups.Count);
    }

    /// <summary>The totals of each group over the chunks counted so far.</summary>
    public FrameTotals[] Totals { get; }

    /// <summary>The number of distinct frames in the chunks counted so far.</summary>
    public long Distinct { get; private set; }

    /// <summary>Counts the frames of one chunk.</summary>
    /// <param name="key">The chunk's key.</param>
    /// <param name="members">The groups that have frames in it.</param>
    public void Count(long key, ReadOnlySpan<ChunkIndex.Member> members)
    {
        if (!ram.CoversChunk(key))
        {
            foreach (ChunkIndex.Member member in members)
            {
                ram.RemoveOthers(ref groups[member.Group].Chunks[member.Chunk]);
            }
        }

        files.Load(key);
        shared.Load(key);
        elsewhere?.Load(key);
        if (members.Length == 1)
        {
            CountAlone(members[0]);
        }
        else
        {
            CountShared(members);
        }
    }

    public void Dispose()
    {
        planes.Dispose();
        files.Dispose();
        shared.Dispose();
        elsewhere?.Dispose();
    }

    private void CountAlone(ChunkIndex.Member member)
    {
        ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
        int n = chunk.Population();
        ref FrameTotals totals = ref Totals[member.Group];
        totals.Frames += n;
        totals.Unique += n;
        long anonymous = AddClasses(chunk, n, ref totals);
        totals.UniqueAnonymous += anonymous;
        Distinct += n;
        if (elsewhere is { IsEmpty: false })
        {
            AddElsewhere(chunk, ref totals);
        }
    }

    /// <summary>Takes out of what one group alone has what is mapped elsewhere, too.</summary>
    private void AddElsewhere(in FrameChunk chunk, ref FrameTotals totals)
    {
        bool isBitmap = chunk.IsBitmap;
        ulong* words = (ulong*)chunk.Data;
        int length = isBitmap ? FrameChunk.Words : chunk.Count;
        for (int i = 0; i < length; i++)
        {
            int w = isBitmap ? i : chunk.ListNumbers[i];
            AddElsewhere(words[i], w, ref totals);
        }
    }

    private void AddElsewhere(ulong frames, int w, ref FrameTotals totals)
    {
        ulong there = frames & elsewhere!.Words[w];
        totals.Elsewhere += BitOperations.PopCount(there);
        totals.UniqueAnonymous -= BitOperations.PopCount(there & ~(files.Words[w] | shared.Words[w]));
    }

    private void CountShared(ReadOnlySpan<ChunkIndex.Member> members)
    {
        foreach (ChunkIndex.Member member in members)
        {
            planes.Add(groups[member.Group].Chunks[member.Chunk]);
        }

        Distinct += planes.Sort(members.Length);
        foreach (ChunkIndex.Member member in members)
        {
            ref FrameChunk chunk = ref groups[member.Group].Chunks[member.Chunk];
            ref FrameTotals totals = ref Totals[member.Group];
            int n = chunk.Population();
            totals.Frames += n;
            AddClasses(chunk, n, ref totals);
            Share(chunk, ref totals);
        }

        planes.Clear(members.Length);
    }

    private void Share(in FrameChunk chunk, ref FrameTotals totals)
    {
        // Adjacent words mostly have one and the same count: multiply once for all of them.
        int count = 1;
        long frames = 0;
        bool isBitmap = chunk.IsBitmap;
        ulong* words = (ulong*)chunk.Data;
        ushort* numbers = chunk.ListNumbers;
        int length = isBitmap ? FrameChunk.Words : chunk.Count;
        BitPlanes.CountClass* classes = planes.Classes;
        int* starts = planes.Starts;
        int* ends = planes.Ends;
        for (int i = 0; i < length; i++)
        {
            ulong word = words[i];
            if (word == 0)
            {
                continue;
            }

            int w = isBitmap ? i : numbers[i];
            for (BitPlanes.CountClass* c = classes + starts[w]; c < classes + ends[w]; c++)
            {
                ulong same = word & c->Frames;
                int n = BitOperations.PopCount(same);
                if (c->Count == 1)
                {
                    totals.UniqueAnonymous += BitOperations.PopCount(same & ~(files.Words[w] | shared.Words[w]));
                    if (elsewhere is not null)
                    {
                        AddElsewhere(same, w, ref totals);
                    }
                }

                if (c->Count != count)
                {
                    Share(count, frames, ref totals);
                    count = c->Count;
                    frames = 0;
                }

                frames += n;
            }
        }

        Share(count, frames, ref totals);
    }

    private void Share(int count, long frames, ref FrameTotals totals)
    {
        if (count == 1)
        {
            totals.Unique += frames;
        }
        else
        {
            ulong high = Math.BigMul((ulong)frames, shares[count], out ulong low);
            totals.Shares = totals.Shares.Plus(new ShareSum(high, low));
        }
    }

    /// <summary>Adds the frames of a chunk by their classes; returns how many are anonymous.</summary>
    private int AddClasses(in FrameChunk chunk, int frames, ref FrameTotals totals)
    {
        if (files.IsEmpty && shared.IsEmpty)
        {
            totals.Anonymous += frames;
            return frames;
        }

        bool isBitmap = chunk.IsBitmap;
        ulong* words = (ulong*)chunk.Data;
        ushort* numbers = chunk.ListNumbers;
        int length = isBitmap ? FrameChunk.Words : chunk.Count;
        int named = 0;
        int ofObjects = 0;
        for (int i = 0; i < length; i++)
        {
            int w = isBitmap ? i : numbers[i];
            ulong objects = shared.Words[w];
            named += BitOperations.PopCount(words[i] & (files.Words[w] | objects));
            ofObjects += BitOperations.PopCount(words[i] & objects);
        }

        totals.Anonymous += frames - named;
        totals.Shared += ofObjects;
        return frames - named;
    }
}
