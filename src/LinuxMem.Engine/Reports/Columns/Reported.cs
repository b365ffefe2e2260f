namespace LinuxMem.Engine.Reports.Columns;

/// <summary>All kinds of things reported.</summary>
public static class Reported
{
    /// <summary>The columns of each.</summary>
    public static IReadOnlyList<ColumnSet> Things { get; } = [GroupColumns.All, ProcessColumns.All, SegmentColumns.All, TmpfsColumns.All, OracleColumns.All];
}
