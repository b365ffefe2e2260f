using System.Globalization;

namespace LinuxMem.Bench.Measuring;

/// <summary>What others took of the processors while something was measured: other processes, and other tenants of the host.</summary>
internal sealed class Bystanders
{
    /// <summary>The part of the processors that others may take where figures are to be a result.</summary>
    public const double Most = 0.05;

    private readonly (long Busy, long All, long Own) before = Look();

    /// <summary>The part of all processors that others took since this was made, from 0 to 1.</summary>
    public double Part
    {
        get
        {
            (long busy, long all, long own) = Look();
            return all == before.All ? 0 : Math.Clamp((double)(busy - before.Busy - (own - before.Own)) / (all - before.All), 0, 1);
        }
    }

    private static (long Busy, long All, long Own) Look()
    {
        // user nice system idle iowait irq softirq steal; what guests take stands in user and nice already.
        long[] counters = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Number)];
        long all = counters.Sum();

        // The own time, and that of programs that were run and have ended: fields 14 to 17.
        string stat = File.ReadAllText("/proc/self/stat");
        long own = stat[(stat.LastIndexOf(')') + 2)..].Split(' ').Skip(11).Take(4).Sum(Number);
        return (all - counters[3] - counters[4], all, own);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
