using LinuxMem.Engine.Reports.Comparison;

namespace LinuxMem.Unit.Reports;

/// <summary>The line through samples, against values that others have published.</summary>
[Beside(Company.Everybody)]
public class TheilSenTests
{
    /// <summary>Of 93 %, as in Sen's example.</summary>
    private const double Of93Percent = 1.811910673;

    [Fact]
    public void The_example_of_Sen_1968()
    {
        // P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, section 6: slope 4, from 26/7 to 35/8.
        TrendLine line = TheilSen.Of([1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78], Of93Percent)!;

        Assert.Equal(4, line.Slope);
        Assert.Equal(26.0 / 7, line.Low!.Value, 12);
        Assert.Equal(35.0 / 8, line.High!.Value, 12);
    }

    [Fact]
    public void The_example_of_Hollander_and_Wolfe()
    {
        // M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, example 9.1 and 9.2 (cloud seeding): C = -6, slope -0.056.
        TrendLine line = TheilSen.Of([1, 2, 3, 4, 5], [1.26, 1.27, 1.12, 1.16, 1.03])!;

        Assert.Equal(-0.05625, line.Slope, 12);
        Assert.Equal(NormalDistribution.TwoSided(5 / Math.Sqrt(50.0 / 3)), line.PValue, 6);
    }

    [Fact]
    public void The_example_of_the_package_fume()
    {
        // mkTrend(c(4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69)): Z0 0.3577709, p 0.7205148, slope 0.04.
        double[] values = [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69];
        TrendLine line = TheilSen.Of([.. Enumerable.Range(1, 10).Select(i => (double)i)], values)!;

        Assert.Equal(0.04, line.Slope, 10);
        Assert.Equal(0.7205148, line.PValue, 6);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1.959963984540054, 0.05)]
    [InlineData(-2.575829303548901, 0.01)]
    [InlineData(3.290526731491926, 0.001)]
    [InlineData(5.107322, 3.267574e-07)]
    public void The_normal_distribution(double z, double p) => Assert.Equal(p, NormalDistribution.TwoSided(z), p < 0.001 ? 12 : 6);

    [Fact]
    public void One_outlier_does_not_move_it()
    {
        double[] times = [.. Enumerable.Range(0, 50).Select(i => (double)i)];
        double[] values = [.. times.Select(time => 3 * time)];
        values[20] = 1e9;

        Assert.Equal(3, TheilSen.Of(times, values)!.Slope);
    }

    [Fact]
    public void Too_few_points_and_points_of_one_time_make_none()
    {
        Assert.Null(TheilSen.Of([1, 2], [1, 2]));
        Assert.Null(TheilSen.Of([1, 1, 1], [1, 2, 3]));
    }

    [Fact]
    public void What_does_not_change_has_no_slope_and_no_doubt_about_it()
    {
        TrendLine line = TheilSen.Of([0, 1, 2, 3, 4], [7, 7, 7, 7, 7])!;

        Assert.Equal((0.0, 1.0, 0.0), (line.Slope, line.PValue, line.Spread));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(120)]
    public void Waves_are_told_from_leaks(int samples)
    {
        // Of two waves and a half and more, at all phases, of four forms; and the same with a leak of 1.8 of their height.
        Func<double, double>[] forms =
        [
            turn => 50 * Math.Sin(2 * Math.PI * turn), turn => turn % 1 < 0.5 ? 100 : 0, turn => 100 * (turn % 1), turn => 100 * (1 - Math.Abs((2 * (turn % 1)) - 1)),
        ];
        var random = new Random(samples);
        foreach (double waves in new[] { 2.5, 4.5, 9 })
        {
            for (int phase = 0; phase < 12; phase++)
            {
                foreach (Func<double, double> form in forms)
                {
                    Assert.Equal("None", Trend(samples, part => form((waves * part) + (phase / 12.0)) + random.NextDouble()));
                    Assert.Equal("Growing", Trend(samples, part => form((waves * part) + (phase / 12.0)) + random.NextDouble() + (180 * part)));
                    Assert.Equal("Shrinking", Trend(samples, part => form((waves * part) + (phase / 12.0)) + random.NextDouble() - (300 * part)));
                }
            }
        }
    }

    private static string? Trend(int samples, Func<double, double> value)
    {
        var comparison = new GroupComparison([GroupComparison.Figure("mem_held")]);
        var begin = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (int i = 0; i < samples; i++)
        {
            comparison.Add(new GroupReading
            {
                ComputerName = "m",
                Split = "UID",
                Report = 1,
                Identity = "a",
                GroupName = "a",
                Time = begin.AddSeconds(180.0 * i / samples),
                Figures = [(long)(1e6 * (1000 + value(i / (samples - 1.0))))],
            });
        }

        return Assert.Single(comparison.Changes([])).Trend;
    }
}
