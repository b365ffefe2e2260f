using System.Numerics;

namespace LinuxMem.Unit.Staging;

/// <summary>An exact sum of shares: bytes divided by small numbers.</summary>
internal readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator)
{
    public static Fraction Zero => new(0, 1);

    /// <summary>The sum of this and <paramref name="bytes"/> divided by <paramref name="by"/>.</summary>
    public Fraction Plus(long bytes, int by)
    {
        BigInteger numerator = (Numerator * by) + (bytes * Denominator);
        BigInteger denominator = Denominator * by;
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return new Fraction(numerator / divisor, denominator / divisor);
    }

    /// <summary>True when a whole number differs from this by less than 1.</summary>
    public bool IsWithinOne(long value) => BigInteger.Abs((value * Denominator) - Numerator) < Denominator;

    public override string ToString() => $"{(double)Numerator / (double)Denominator:F3}";
}
