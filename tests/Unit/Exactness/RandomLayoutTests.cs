using System.Globalization;
using System.Text;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>Layouts made up at random, each the same in every run.</summary>
public class RandomLayoutTests(StagingGround ground) : StagedTests(ground)
{
    private static readonly string[] Kinds = ["anon", "shared", "memfd", "huge", "file", "file-private", "sparse"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Any_layout(int seed)
    {
        var random = new Random(seed);
        string file = Ground.NewFile(1500);
        using SwapArea? area = seed % 2 == 0 ? SwapArea.Activate(Ground) : null;
        using Workload one = Ground.Start(Steps(random, file, [], depth: 0), stage: "one");
        using Workload two = Ground.Start(Steps(random, file, [], depth: 0), stage: random.Next(2) == 0 ? "two" : null);

        ExactComparison.Check(one, two);
    }

    /// <summary>Steps of one process; <paramref name="mapped"/> has the pages of each mapping it has by then.</summary>
    private static string Steps(Random random, string file, List<int> mapped, int depth)
    {
        var steps = new StringBuilder();
        for (int i = random.Next(3, 9); i > 0; i--)
        {
            int current = random.Next(mapped.Count + 1);
            if (current < mapped.Count)
            {
                steps.Append(CultureInfo.InvariantCulture, $"select {current} ");
            }
            else
            {
                string kind = Kinds[random.Next(Kinds.Length)];
                int pages = kind switch { "huge" => random.Next(1, 4), "sparse" => 1 << random.Next(12, 22), _ => random.Next(1, 1500) };
                string path = kind.StartsWith("file", StringComparison.Ordinal) ? file + " " : "";
                steps.Append(CultureInfo.InvariantCulture, $"{kind} {path}{pages} ");
                mapped.Add(kind == "huge" ? pages * PerHuge : pages);
            }

            Touch(random, steps, mapped[current]);
            if (depth < 2 && random.Next(3) == 0)
            {
                // Only a child of the first process is still root and can become somebody.
                string user = depth == 0 && random.Next(2) == 0 ? $"uid {random.Next(1000, 1003)} " : "";
                steps.Append(CultureInfo.InvariantCulture, $"fork {user}{Steps(random, file, [.. mapped], depth + 1)}end ");
            }
        }

        return steps.ToString();
    }

    private static void Touch(Random random, StringBuilder steps, int pages)
    {
        int from = random.Next(pages);
        int stride = random.Next(1, 1 + Math.Min(100, pages - from));
        int count = Math.Min(3000, (pages - from + stride - 1) / stride);
        count = random.Next(1, count + 1);
        steps.Append(CultureInfo.InvariantCulture, $"{(random.Next(3) == 0 ? "read" : "write")} {from} {count} {stride} ");
        string advice = random.Next(4) switch { 0 => "pageout", 1 => "dontneed", _ => "" };
        if (advice.Length > 0)
        {
            steps.Append(CultureInfo.InvariantCulture, $"advise {advice} {from} {random.Next(1, 1 + Math.Min(advice == "pageout" ? pages : 50, pages - from))} ");
        }
    }
}
