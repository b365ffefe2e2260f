namespace LinuxMem.Engine.Reports.Comparison;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    /// <summary>What lies within this distance of the middle in 95 of 100 cases.</summary>
    public const double Of95Percent = 1.959963984540054;

    /// <summary>The coefficients of <c>erfcc</c> of Press et al., Numerical Recipes, 2nd edition, section 6.2, the highest power first.</summary>
    private static readonly double[] Coefficients =
        [0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223];

    /// <summary>The chance that a value lies at least so far from the middle, on either side; to seven digits.</summary>
    public static double TwoSided(double distance)
    {
        double x = Math.Abs(distance) / Math.Sqrt(2);
        double t = 1 / (1 + (0.5 * x));
        double power = 0;
        foreach (double coefficient in Coefficients)
        {
            power = (power * t) + coefficient;
        }

        return Math.Min(1, t * Math.Exp((-x * x) + power));
    }
}
