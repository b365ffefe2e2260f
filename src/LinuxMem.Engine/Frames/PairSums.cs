namespace LinuxMem.Engine.Frames;

/// <summary>A number for each two of many groups. Its memory grows with the square of the groups, as what is reported of them does.</summary>
internal sealed class PairSums : IDisposable
{
    private readonly MemoryBudget budget;
    private readonly int groups;
    private long[] sums;

    /// <summary>Makes one of zeroes.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public PairSums(int groups, MemoryBudget budget)
    {
        this.budget = budget;
        this.groups = groups;
        long pairs = (long)groups * Math.Max(0, groups - 1) / 2;
        budget.Take(pairs * sizeof(long));
        sums = new long[pairs];
    }

    /// <summary>The number of two groups, the first of which comes first.</summary>
    public long this[int first, int second] => sums[Row(first) + second];

    /// <summary>Adds to each two of some groups, which ascend.</summary>
    public void Add(ReadOnlySpan<int> members, long number)
    {
        for (int a = 0; a < members.Length - 1; a++)
        {
            long row = Row(members[a]);
            foreach (int other in members[(a + 1)..])
            {
                sums[row + other] += number;
            }
        }
    }

    /// <summary>Where the numbers of a group with those after it stand: add the number of the other.</summary>
    public long Row(int group) => ((long)group * ((2L * groups) - group - 1) / 2) - group - 1;

    /// <summary>Adds at a place of <see cref="Row"/>.</summary>
    public void AddAt(long place, long number) => sums[place] += number;

    public void Dispose()
    {
        budget.Return(sums.LongLength * sizeof(long));
        sums = [];
    }
}
