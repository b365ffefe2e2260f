using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Unit.Paging;

/// <summary>Frames are counted by the nodes whose memory they are.</summary>
[Beside(Company.Everybody)]
public class NodeFramesTests
{
    private const ulong Page = 4096;

    [Fact]
    public void Frames_go_to_the_node_whose_range_they_lie_in()
    {
        // A chunk that is one node's, one that two share in the middle of a word, and one of nobody.
        NodeMemory[] nodes = [Node(0, 0, (1 << 15) + 100), Node(3, (1 << 15) + 100, 3 << 15)];
        long[] counts = Count(nodes, 5, 6, (1 << 15) + 98, (1 << 15) + 99, (1 << 15) + 100, (1 << 15) + 64000, (3 << 15) + 7);

        Assert.Equal([4, 2], counts);
    }

    [Fact]
    public void Of_one_node_all_are_its()
    {
        Assert.Equal([3], Count([new NodeMemory(0, [], [], [])], 5, 6, 1L << 40));
    }

    [Fact]
    public void Without_nodes_nothing_is_counted()
    {
        Assert.Empty(Count([], 5, 6));
    }

    private static NodeMemory Node(int number, ulong first, ulong behind) => new(number, [], [], [first * Page, behind * Page]);

    private static unsafe long[] Count(NodeMemory[] nodes, params long[] frames)
    {
        var budget = new MemoryBudget(long.MaxValue);
        using var arena = new FrameArena(budget);
        using var set = new FrameSet(budget);
        foreach (long frame in frames)
        {
            ulong[] marked = new ulong[MarkedBitmap.Length];
            int word = (int)(frame % FrameChunk.Frames) / 64;
            marked[word >> 6] |= 1UL << word;
            marked[MarkedBitmap.MarkWords + word] |= 1UL << (int)(frame % 64);
            fixed (ulong* marks = marked)
            {
                set.AddBitmap(frame >> FrameChunk.FrameBits, marks, arena);
            }
        }

        return [.. new NodeFrames(nodes, Page).Count(set).Select(one => one.Frames)];
    }
}
