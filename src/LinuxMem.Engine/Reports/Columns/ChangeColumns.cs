using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemGroupChange"/>.</summary>
internal static class ChangeColumns
{
    private static readonly Column<MemGroupChange> Comparison = new("comparison", nameof(MemGroupChange.Comparison), Text, change => change.Comparison);
    private static readonly Column<MemGroupChange> Split = new("split", nameof(MemGroupChange.Split), Text, change => change.Split);
    private static readonly Column<MemGroupChange> Report = new("report", nameof(MemGroupChange.Report), Number, change => change.Report);
    private static readonly Column<MemGroupChange> GroupName = new("group_name", nameof(MemGroupChange.GroupName), Text, change => change.GroupName) { IsGroupName = true, Cells = 16 };
    private static readonly Column<MemGroupChange> Identity = new("identity", nameof(MemGroupChange.Identity), Text, change => change.Identity);
    private static readonly Column<MemGroupChange> Figure = new("figure", nameof(MemGroupChange.Figure), Text, change => change.Figure);
    private static readonly Column<MemGroupChange> Status = new("status", nameof(MemGroupChange.Status), Text, change => change.Status);
    private static readonly Column<MemGroupChange> Before = new("before", nameof(MemGroupChange.Before), Size, change => change.Before) { Metric = MetricKind.None };
    private static readonly Column<MemGroupChange> After = new("after", nameof(MemGroupChange.After), Size, change => change.After) { Metric = MetricKind.None };
    private static readonly Column<MemGroupChange> Grown = new("grown", nameof(MemGroupChange.Grown), Size, change => change.Grown) { IsSigned = true, Metric = MetricKind.None };
    private static readonly Column<MemGroupChange> GrownPerHour = new("grown_per_hour", nameof(MemGroupChange.GrownPerHour), Size, change => change.GrownPerHour) { IsSigned = true, Metric = MetricKind.None };
    private static readonly Column<MemGroupChange> Percent = new("percent", nameof(MemGroupChange.Percent), ColumnKind.Percent, change => change.Percent);
    private static readonly Column<MemGroupChange> Samples = new("samples", nameof(MemGroupChange.Samples), Number, change => change.Samples);
    private static readonly Column<MemGroupChange> Slope = new("slope", nameof(MemGroupChange.Slope), Size, change => change.Slope) { IsSigned = true, Metric = MetricKind.None };
    private static readonly Column<MemGroupChange> SlopeLow = new("slope_low", nameof(MemGroupChange.SlopeLow), Size, change => change.SlopeLow) { IsSigned = true, Metric = MetricKind.None };
    private static readonly Column<MemGroupChange> SlopeHigh = new("slope_high", nameof(MemGroupChange.SlopeHigh), Size, change => change.SlopeHigh) { IsSigned = true, Metric = MetricKind.None };
    private static readonly Column<MemGroupChange> PValue = new("p_value", nameof(MemGroupChange.PValue), Number, change => change.PValue);
    private static readonly Column<MemGroupChange> Trend = new("trend", nameof(MemGroupChange.Trend), Text, change => change.Trend) { Cells = 9 };
    private static readonly Column<MemGroupChange> From = new("from", nameof(MemGroupChange.From), Other, change => change.From);
    private static readonly Column<MemGroupChange> To = new("to", nameof(MemGroupChange.To), Other, change => change.To);
    private static readonly Column<MemGroupChange> ComputerName = new("computer_name", nameof(MemGroupChange.ComputerName), Text, change => change.ComputerName);

    /// <summary>All columns of changes.</summary>
    public static ColumnSet<MemGroupChange> All { get; } = new()
    {
        Data = [Split, GroupName, Figure, Status, Before, After, Grown, GrownPerHour, Percent, Samples, Slope, SlopeLow, SlopeHigh, PValue, Trend, Identity, Report, From, To, ComputerName],
        Table = [GroupName, Before, After, Grown, GrownPerHour.As("per_hour"), Trend, Status, Slope, SlopeLow, SlopeHigh],
        List = [Comparison, Split, Report, GroupName, Figure, Status, Before, After, Grown, GrownPerHour, Percent, Samples, Slope, SlopeLow, SlopeHigh, PValue, Trend, From, To, ComputerName],
        Compact = [GroupName with { Label = "name", ViewWidest = 24 }, Before, After, Grown, Trend],
        Full = [GroupName, Before, After, Grown, GrownPerHour.As("per_hour"), Trend, Status, Slope, SlopeLow, SlopeHigh, PValue, Samples, Percent],
        Keys = [nameof(MemGroupChange.ComputerName), nameof(MemGroupChange.Report), nameof(MemGroupChange.Identity), nameof(MemGroupChange.Figure)],
        Summary = [nameof(MemGroupChange.GroupName), nameof(MemGroupChange.Before), nameof(MemGroupChange.After), nameof(MemGroupChange.Grown), nameof(MemGroupChange.Trend)],
        Title = nameof(MemGroupChange.GroupName),
        Section = [nameof(MemGroupChange.Comparison)],
    };
}
