namespace LinuxMem.Engine.Reports.Comparison;

/// <summary>A line through a series, and how sure it is.</summary>
/// <param name="Slope">The slope, in units of the value per unit of time.</param>
/// <param name="Low">The lower end of its confidence interval; null where there is none.</param>
/// <param name="High">The upper end; null where there is none.</param>
/// <param name="PValue">The chance to see so much of a trend, up or down, where there is none.</param>
/// <param name="Spread">How far the values scatter around the line: from the 5th to the 95th of a hundred.</param>
internal sealed record TrendLine(double Slope, double? Low, double? High, double PValue, double Spread);

/// <summary>
/// The slope of a series, robust against outliers: the median of the slopes between each two points (Theil 1950), its confidence
/// interval by Kendall's tau (Sen 1968; limits as in Gilbert 1987), and the test of Mann (1945) and Kendall (1975) for a trend. A series
/// that goes up and down in waves looks surer than it is, because neighbours are alike: the variance of the test is widened by
/// the autocorrelation of the ranks around the line (Hamed and Rao 1998), of those lags that lead with a significant positive one,
/// and is never narrowed.
/// </summary>
internal static class TheilSen
{
    /// <summary>The fewest points of which a line is made.</summary>
    public const int Fewest = 3;

    /// <summary>The line through points in the order of their times; null where there are too few, or all of one time.</summary>
    /// <param name="times">The times.</param>
    /// <param name="values">The values.</param>
    /// <param name="deviations">The width of the confidence interval in standard deviations to each side.</param>
    public static TrendLine? Of(ReadOnlySpan<double> times, ReadOnlySpan<double> values, double deviations = NormalDistribution.Of95Percent)
    {
        int n = values.Length;
        if (n < Fewest)
        {
            return null;
        }

        double[] slopes = SlopesOf(times, values, out long s);
        if (slopes.Length == 0)
        {
            return null;
        }

        double slope = Median(slopes);
        double[] rests = new double[n];
        for (int i = 0; i < n; i++)
        {
            rests[i] = values[i] - (slope * (times[i] - times[0]));
        }

        double variance = VarianceOf(values) * Inflation(rests);
        double z = variance > 0 ? (s - Math.Sign(s)) / Math.Sqrt(variance) : 0;
        (double? low, double? high) = Interval(slopes, deviations * Math.Sqrt(variance));
        Array.Sort(rests);
        return new TrendLine(slope, low, high, NormalDistribution.TwoSided(z), rests[(int)(0.95 * (n - 1))] - rests[(int)(0.05 * (n - 1))]);
    }

    /// <summary>The slopes between each two points of different times, ascending; and Kendall's S, the rises less the falls.</summary>
    private static double[] SlopesOf(ReadOnlySpan<double> times, ReadOnlySpan<double> values, out long s)
    {
        var slopes = new double[values.Length * (values.Length - 1) / 2];
        int count = 0;
        s = 0;
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = i + 1; j < values.Length; j++)
            {
                s += Math.Sign(values[j] - values[i]);
                if (times[j] > times[i])
                {
                    slopes[count++] = (values[j] - values[i]) / (times[j] - times[i]);
                }
            }
        }

        slopes = slopes[..count];
        Array.Sort(slopes);
        return slopes;
    }

    private static double Median(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    /// <summary>The slopes between which the true one lies; where they are not whole places, the next ones outwards.</summary>
    private static (double? Low, double? High) Interval(double[] slopes, double c)
    {
        int low = (int)Math.Floor((slopes.Length - c) / 2) - 1;
        int high = slopes.Length - 1 - low;
        return low >= 0 && high < slopes.Length ? (slopes[low], slopes[high]) : (null, null);
    }

    /// <summary>The variance of S where there is no trend, with what is due to ties.</summary>
    private static double VarianceOf(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        double variance = Term(sorted.Length);
        for (int i = 0, next; i < sorted.Length; i = next)
        {
            next = i + 1;
            while (next < sorted.Length && sorted[next].Equals(sorted[i]))
            {
                next++;
            }

            variance -= Term(next - i);
        }

        return variance / 18;

        static double Term(double n) => n * (n - 1) * ((2 * n) + 5);
    }

    /// <summary>By how much the variance is larger than that of independent points, from their ranks.</summary>
    private static double Inflation(double[] values)
    {
        double[] ranks = RanksOf(values);
        double n = values.Length;
        double mean = (n + 1) / 2;
        double all = ranks.Sum(rank => (rank - mean) * (rank - mean));
        double significant = NormalDistribution.Of95Percent / Math.Sqrt(n);
        double sum = 0;
        for (int lag = 1; lag < values.Length && all > 0; lag++)
        {
            double together = 0;
            for (int i = 0; i + lag < values.Length; i++)
            {
                together += (ranks[i] - mean) * (ranks[i + lag] - mean);
            }

            double correlation = together / all;
            if (correlation <= significant)
            {
                break;
            }

            sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation;
        }

        return 1 + (2 * sum / (n * (n - 1) * (n - 2)));
    }

    /// <summary>The place of each value among all, from 1; equal ones share the middle of theirs.</summary>
    private static double[] RanksOf(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort((double[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (int i = 0, next; i < order.Length; i = next)
        {
            next = i + 1;
            while (next < order.Length && values[order[next]].Equals(values[order[i]]))
            {
                next++;
            }

            for (int k = i; k < next; k++)
            {
                ranks[order[k]] = (i + 1 + next) / 2.0;
            }
        }

        return ranks;
    }
}
