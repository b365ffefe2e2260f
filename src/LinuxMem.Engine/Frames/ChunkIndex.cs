using LinuxMem.Engine.Collections;

namespace LinuxMem.Engine.Frames;

/// <summary>For every chunk, which groups have frames in it.</summary>
internal sealed class ChunkIndex
{
    private readonly int[] starts;
    private readonly Member[] members;

    private ChunkIndex(long[] keys, int[] starts, Member[] members)
    {
        Keys = keys;
        this.starts = starts;
        this.members = members;
    }

    /// <summary>The keys of the chunks.</summary>
    public long[] Keys { get; }

    /// <summary>The number of chunks summed over all groups.</summary>
    public int MemberCount => members.Length;

    /// <summary>The groups that have the chunk <c>Keys[i]</c>, and its index in each group's set.</summary>
    public ReadOnlySpan<Member> Members(int i) => new(members, starts[i], starts[i + 1] - starts[i]);

    /// <summary>Builds the index in two passes: count, then fill.</summary>
    public static ChunkIndex Build(IReadOnlyList<FrameSet> groups)
    {
        var ranks = new StructTable<NumberKey, int>();
        var counts = new List<int>();
        int total = 0;
        foreach (FrameSet group in groups)
        {
            foreach (ref FrameChunk chunk in group.Chunks)
            {
                ref int rank = ref ranks.Ref(chunk.Key, out bool known);
                if (!known)
                {
                    rank = counts.Count;
                    counts.Add(0);
                }

                counts[rank]++;
                total++;
            }
        }

        var keys = new long[counts.Count];
        foreach (KeyValue<NumberKey, int> rank in ranks)
        {
            keys[rank.Value] = rank.Key.Value;
        }

        var starts = new int[counts.Count + 1];
        for (int i = 0; i < counts.Count; i++)
        {
            starts[i + 1] = starts[i] + counts[i];
        }

        var members = new Member[total];
        int[] fill = new int[counts.Count];
        Array.Copy(starts, fill, fill.Length);
        for (int g = 0; g < groups.Count; g++)
        {
            Span<FrameChunk> chunks = groups[g].Chunks;
            for (int c = 0; c < chunks.Length; c++)
            {
                members[fill[ranks[chunks[c].Key]]++] = new Member(g, c);
            }
        }

        return new ChunkIndex(keys, starts, members);
    }

    /// <summary>One chunk of one group.</summary>
    /// <param name="Group">The index of the group.</param>
    /// <param name="Chunk">The index of the chunk in the group's set.</param>
    internal readonly record struct Member(int Group, int Chunk);
}
