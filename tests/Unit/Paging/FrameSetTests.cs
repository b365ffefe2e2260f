using LinuxMem.Engine.Frames;

namespace LinuxMem.Unit.Paging;

[Beside(Company.Everybody)]
public class FrameSetTests
{
    [Fact]
    public void Processes_added_one_after_the_other_make_the_union()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var budget = new MemoryBudget(long.MaxValue);
            using (var arena = new FrameArena(budget))
            using (var collector = new FrameCollector(budget))
            using (var set = new FrameSet(budget))
            using (var files = new FrameSet(budget))
            {
                var expected = new HashSet<ulong>();
                var expectedFiles = new HashSet<ulong>();
                for (int process = 0; process < 8; process++)
                {
                    foreach ((ulong first, int length) in FrameSource.RandomRuns(random, random.Next(400)))
                    {
                        bool isFile = first % 3 == 0;
                        collector.Add(first, length, isFile);
                        for (int i = 0; i < length; i++)
                        {
                            expected.Add(first + (ulong)i);
                            if (isFile)
                            {
                                expectedFiles.Add(first + (ulong)i);
                            }
                        }
                    }

                    collector.AddTo(set, arena);
                    collector.AddFilesTo(files, arena);
                    collector.Clear();
                    Assert.True(collector.IsEmpty);
                }

                Assert.True(expected.SetEquals(FrameSource.ToPlain(set)));
                Assert.True(expectedFiles.SetEquals(FrameSource.ToPlain(files)));
            }

            Assert.Equal(0, budget.Used);
        }
    }

    [Fact]
    public void A_set_added_to_another_makes_the_union()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var budget = new MemoryBudget(long.MaxValue);
            using var arena = new FrameArena(budget);
            HashSet<ulong> first = Frames(FrameSource.RandomRuns(random, 300));
            HashSet<ulong> second = Frames(FrameSource.RandomRuns(random, 300));
            using FrameSet a = FrameSource.FromFrames(first, budget, arena);
            using FrameSet b = FrameSource.FromFrames(second, budget, arena);

            a.AddAll(b, arena);

            first.UnionWith(second);
            Assert.True(first.SetEquals(FrameSource.ToPlain(a)));
            Assert.True(second.SetEquals(FrameSource.ToPlain(b)));
        }
    }

    [Fact]
    public void Memory_of_a_cleared_set_is_used_again()
    {
        var budget = new MemoryBudget(long.MaxValue);
        using var arena = new FrameArena(budget);
        long most = 0;
        for (int round = 0; round < 50; round++)
        {
            using FrameSet set = FrameSource.FromFrames(Enumerable.Range(0, 60_000).Select(i => (ulong)i * 3), budget, arena);
            set.Clear(arena);
            most = round == 0 ? budget.Used : most;
        }

        Assert.Equal(most, budget.Used);
    }

    [Fact]
    public void The_limit_is_never_passed()
    {
        var budget = new MemoryBudget(300 * 1024);
        using var arena = new FrameArena(budget);
        using var collector = new FrameCollector(budget);
        var e = Assert.Throws<LinuxMemException>(() =>
        {
            for (ulong i = 0; i < 10_000_000; i += 400)
            {
                collector.Add(i, 300, isFile: false);
            }
        });
        Assert.Equal(LinuxMemError.MemoryLimit, e.Kind);
        Assert.True(budget.Peak <= 300 * 1024);
    }

    [Fact]
    public void Sets_of_50_groups_take_at_most_a_500th_of_the_memory_mapped()
    {
        // A whole machine of 64 GiB in frames of 4 KiB, dealt out to 50 groups page by page: every group has
        // members in every chunk, which is the worst case for the sets.
        const int Frames = 1 << 24;
        var budget = new MemoryBudget(long.MaxValue);
        using var arena = new FrameArena(budget);
        var sets = new List<FrameSet>();
        for (int g = 0; g < 50; g++)
        {
            using var collector = new FrameCollector(budget);
            for (int f = g; f < Frames; f += 50)
            {
                collector.Add((ulong)f, 1, isFile: false);
            }

            var set = new FrameSet(budget);
            collector.AddTo(set, arena);
            sets.Add(set);
        }

        Assert.InRange(budget.Used, 1, Frames / 500L * 4096);
        sets.ForEach(set => set.Dispose());
    }

    private static HashSet<ulong> Frames(List<(ulong First, int Length)> runs) =>
        [.. runs.SelectMany(run => Enumerable.Range(0, run.Length).Select(i => run.First + (ulong)i))];
}
