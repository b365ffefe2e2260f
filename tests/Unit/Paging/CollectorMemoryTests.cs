using LinuxMem.Engine.Frames;

namespace LinuxMem.Unit.Paging;

[Beside(Company.Everybody)]
public class CollectorMemoryTests
{
    private const int ManyChunks = 800;

    [Fact]
    public void What_a_large_process_needed_is_given_back_while_smaller_ones_are_read()
    {
        var budget = new MemoryBudget(long.MaxValue);
        using var collector = new FrameCollector(budget);
        Read(collector, ManyChunks, isFile: true);
        long large = budget.Used;
        for (int process = 0; process < 100; process++)
        {
            Read(collector, 1, isFile: false);
        }

        // What is left are the table of chunks and one block.
        Assert.True(budget.Used < large / 20, $"{budget.Used} of {large} bytes are kept");
    }

    [Fact]
    public void Memory_that_is_used_again_is_empty()
    {
        var budget = new MemoryBudget(long.MaxValue);
        using var arena = new FrameArena(budget);
        using var collector = new FrameCollector(budget);
        Read(collector, 64, isFile: true);

        // Other sizes than before lie at these places now: chunks without a bitmap of files.
        using var set = new FrameSet(budget);
        using var files = new FrameSet(budget);
        Add(collector, 128, isFile: false);
        collector.AddTo(set, arena);
        collector.AddFilesTo(files, arena);

        Assert.Equal(128, set.Chunks.Length);
        Assert.All(set.Chunks.ToArray(), chunk => Assert.Equal(1, chunk.Population()));
        Assert.Equal(0, files.Chunks.Length);
    }

    [Fact]
    public void All_memory_is_returned_in_the_end()
    {
        var budget = new MemoryBudget(long.MaxValue);
        using (var collector = new FrameCollector(budget))
        {
            Read(collector, ManyChunks, isFile: true);
            Add(collector, 1, isFile: true);
        }

        Assert.Equal(0, budget.Used);
    }

    private static void Read(FrameCollector collector, int chunks, bool isFile)
    {
        Add(collector, chunks, isFile);
        collector.Clear();
    }

    private static void Add(FrameCollector collector, int chunks, bool isFile)
    {
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            collector.AddOne(((ulong)chunk << FrameChunk.FrameBits) + (ulong)chunk, isFile);
        }
    }
}
