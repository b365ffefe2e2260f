namespace LinuxMem.Bench.Report;

/// <summary>A bar, and what was measured against it.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Wanted">The bar, as text.</param>
/// <param name="Measured">The figure reached, as text.</param>
/// <param name="Met">Whether it is met; null where the bar does not apply.</param>
internal sealed record Bar(string What, string Wanted, string Measured, bool? Met);
