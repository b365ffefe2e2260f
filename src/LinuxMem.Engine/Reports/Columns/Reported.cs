namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The column sets of all types that are reported.</summary>
public static class Reported
{
    /// <summary>One column set for each type.</summary>
    public static IReadOnlyList<ColumnSet> Things { get; } =
    [
        GroupColumns.All, ChangeColumns.All, ProcessColumns.All, MappingColumns.All, SharingColumns.All, SegmentColumns.All, SharedMemoryColumns.All,
        PartColumns.All, CgroupColumns.All, TmpfsColumns.All, OracleColumns.All, PostgresColumns.All, HugePageColumns.All, FitColumns.All,
    ];
}
