using System.Globalization;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>How a figure of one group has changed from the first of several samples to the last.</summary>
public sealed class MemGroupChange
{
    /// <summary>What is compared: the report, the figure, the machine, from when to when.</summary>
    public required string Comparison { get; init; }

    /// <summary>The title of the report.</summary>
    public required string Split { get; init; }

    /// <summary>The number of the report within the last sample.</summary>
    public required int Report { get; init; }

    /// <summary>The name of the group in the last sample that has it.</summary>
    public required string GroupName { get; init; }

    /// <summary>What makes it the same group in all samples (<see cref="MemGroup.Identity"/>).</summary>
    public required string Identity { get; init; }

    /// <summary>The figure, as a property of <see cref="MemGroup"/>: <c>MemHeld</c>.</summary>
    public required string Figure { get; init; }

    /// <summary>
    /// <c>New</c>: not in the first sample; <c>Gone</c>: not in the last; <c>Passing</c>: in neither; <c>Grown</c>, <c>Shrunk</c>,
    /// <c>Same</c>: in both; <c>Unknown</c>: one of them does not have the figure.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>Bytes in the first sample; null where the group is not in it, or has no such figure.</summary>
    public long? Before { get; init; }

    /// <summary>Bytes in the last sample; null where the group is not in it, or has no such figure.</summary>
    public long? After { get; init; }

    /// <summary>Bytes by which it has grown, below zero where it has shrunk. A group that is not there counts as nothing.</summary>
    public long? Grown { get; init; }

    /// <summary><see cref="Grown"/> per hour, in bytes; null where the times are not known or the same.</summary>
    public long? GrownPerHour { get; init; }

    /// <summary><see cref="Grown"/> in percent of <see cref="Before"/>; null where there was nothing.</summary>
    public double? Percent { get; init; }

    /// <summary>In how many samples the group is.</summary>
    public int Samples { get; init; }

    /// <summary>
    /// The slope of the line through all samples, in bytes per hour (Theil and Sen: the median of the slopes between each two); null
    /// of fewer than three samples.
    /// </summary>
    public long? Slope { get; init; }

    /// <summary>The lower end of the 95 % confidence interval of <see cref="Slope"/>; null where the samples are too few to tell.</summary>
    public long? SlopeLow { get; init; }

    /// <summary>The upper end of the 95 % confidence interval of <see cref="Slope"/>; null where the samples are too few to tell.</summary>
    public long? SlopeHigh { get; init; }

    /// <summary>The chance to see so much of a trend where there is none (Mann and Kendall, corrected for autocorrelation), 0 to 1.</summary>
    public double? PValue { get; init; }

    /// <summary>
    /// <c>Growing</c> or <c>Shrinking</c> where the confidence interval and the test say so and the line has gone further than the values
    /// scatter around it; <c>None</c> for what stays or goes up and down; null of fewer than three samples.
    /// </summary>
    public string? Trend { get; init; }

    /// <summary>When the first sample was taken, in local time; null where nothing tells.</summary>
    public DateTime? From { get; init; }

    /// <summary>When the last sample was taken, in local time; null where nothing tells.</summary>
    public DateTime? To { get; init; }

    /// <summary>The host name of the machine; null where nothing tells.</summary>
    public string? ComputerName { get; init; }

    /// <summary>The name, and by how much it has grown.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{GroupName}: {Figure} {Grown:+0;-0;0} bytes"));
}
