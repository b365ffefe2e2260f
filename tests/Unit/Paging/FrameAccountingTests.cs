using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Paging;

[Beside(Company.Everybody)]
public class FrameAccountingTests
{
    private const long Page = 4096;

    [Theory]
    [InlineData(1, 1, 400)]
    [InlineData(2, 1, 400)]
    [InlineData(3, 2, 1000)]
    [InlineData(7, 1, 1000)]
    [InlineData(64, 2, 300)]
    [InlineData(257, 2, 120)]
    public void Every_figure_equals_that_of_plain_sets(int groupCount, int threads, int runs)
    {
        var random = new Random(groupCount);
        var budget = new MemoryBudget(long.MaxValue);
        using var arena = new FrameArena(budget);
        List<(ulong First, int Length)> shared = FrameSource.RandomRuns(random, runs / 4);
        var plain = new List<HashSet<ulong>>();
        for (int g = 0; g < groupCount; g++)
        {
            IEnumerable<(ulong First, int Length)> own = FrameSource.RandomRuns(random, runs).Concat(shared.Where(_ => random.Next(3) > 0));
            plain.Add([.. own.SelectMany(run => Enumerable.Range(0, run.Length).Select(i => run.First + (ulong)i))]);
        }

        HashSet<ulong> all = [.. plain.SelectMany(set => set)];
        HashSet<ulong> fileFrames = [.. all.Where(frame => frame % 5 < 2)];
        FrameSet[] groups = plain.Select(set => FrameSource.FromFrames(set, budget, arena)).ToArray();
        using FrameSet files = FrameSource.FromFrames(fileFrames, budget, arena);
        HashSet<ulong> objectFrames = [.. all.Where(frame => frame % 5 is 1 or 2)];
        using FrameSet objects = FrameSource.FromFrames(objectFrames, budget, arena);

        (FrameTotals[] totals, long distinct) = FrameAccounting.Run(groups, files, objects, RamRanges.Unknown, threads, CancellationToken.None);

        Assert.Equal(all.Count, distinct);
        var users = new Dictionary<ulong, int>();
        foreach (ulong frame in plain.SelectMany(set => set))
        {
            users[frame] = users.GetValueOrDefault(frame) + 1;
        }

        long[] pss = ReportBuilder.ProportionalBytes(totals, distinct, Page);
        for (int g = 0; g < groupCount; g++)
        {
            Assert.Equal(plain[g].Count, totals[g].Frames);
            Assert.Equal(plain[g].Count(frame => !fileFrames.Contains(frame) && !objectFrames.Contains(frame)), totals[g].Anonymous);
            Assert.Equal(plain[g].Count(objectFrames.Contains), totals[g].Shared);
            Assert.Equal(plain[g].Count(frame => users[frame] == 1 && !fileFrames.Contains(frame) && !objectFrames.Contains(frame)), totals[g].UniqueAnonymous);
            Assert.Equal(plain[g].Count(frame => users[frame] == 1), totals[g].Unique);

            // The exact share, as the sum over the different counts of frames divided by the count.
            double exact = plain[g].GroupBy(frame => users[frame]).Sum(same => (double)same.Count() * Page / same.Key);
            Assert.InRange(pss[g], Math.Floor(exact - 1e-6), Math.Ceiling(exact + 1e-6));
            Assert.InRange(pss[g], totals[g].Unique * Page, totals[g].Frames * Page);
        }

        Assert.Equal(distinct * Page, pss.Sum());
        Array.ForEach(groups, group => group.Dispose());
    }

    [Fact]
    public void Frames_outside_of_memory_do_not_count()
    {
        var budget = new MemoryBudget(long.MaxValue);
        using var arena = new FrameArena(budget);
        using FrameSet files = new(budget);
        ulong[] few = [10, 99, 100, 199, 200];
        IEnumerable<ulong> many = Enumerable.Range(0, 5000).Select(i => 40_000 + (ulong)i);
        FrameSet[] groups = [FrameSource.FromFrames(few, budget, arena), FrameSource.FromFrames(few.Concat(many), budget, arena)];
        var ram = new RamRanges([new(100 * 4096, 200 * 4096), new(41_000 * 4096, 1UL << 30)], 4096);

        (FrameTotals[] totals, long distinct) = FrameAccounting.Run(groups, files, files, ram, 1, CancellationToken.None);

        Assert.Equal(2, totals[0].Frames);
        Assert.Equal(2 + 4000, totals[1].Frames);
        Assert.Equal(4000, totals[1].Unique);
        Assert.Equal(4002, distinct);
        Array.ForEach(groups, group => group.Dispose());
    }

    [Fact]
    public void Thirds_add_up_to_whole_bytes()
    {
        var third = new ShareSum(0, ulong.MaxValue / 3);
        var totals = new FrameTotals[] { new() { Shares = third }, new() { Shares = third }, new() { Shares = third } };

        long[] pss = ReportBuilder.ProportionalBytes(totals, 1, Page);

        Assert.Equal(Page, pss.Sum());
        Assert.All(pss, bytes => Assert.InRange(bytes, 1365, 1366));
    }

    [Fact]
    public void Cancelling_ends_the_count()
    {
        var budget = new MemoryBudget(long.MaxValue);
        using var arena = new FrameArena(budget);
        using FrameSet files = new(budget);
        using FrameSet group = FrameSource.FromFrames([1, 2, 3], budget, arena);
        Assert.Throws<OperationCanceledException>(() => FrameAccounting.Run([group], files, files, RamRanges.Unknown, 1, new CancellationToken(true)));
    }
}
