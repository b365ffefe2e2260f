using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="MemSharing"/>.</summary>
public static class SharingColumns
{
    private static readonly Column<MemSharing> Split = new("split", nameof(MemSharing.Split), Text, line => line.Split);
    private static readonly Column<MemSharing> Report = new("report", nameof(MemSharing.Report), Number, line => line.Report);
    private static readonly Column<MemSharing> GroupName = new("group_name", nameof(MemSharing.GroupName), Text, line => line.GroupName) { Cells = 16 };
    private static readonly Column<MemSharing> OtherName = new("other_name", nameof(MemSharing.OtherName), Text, line => line.OtherName) { Cells = 16 };
    private static readonly Column<MemSharing> SharedHeld = new("shared_held", nameof(MemSharing.SharedHeld), Size, line => line.SharedHeld);
    private static readonly Column<MemSharing> Shared = new("shared", nameof(MemSharing.Shared), Size, line => line.Shared);
    private static readonly Column<MemSharing> SharedObjects = new("shared_objects", nameof(MemSharing.SharedObjects), Size, line => line.SharedObjects);
    private static readonly Column<MemSharing> WithAnyone = new("with_anyone", nameof(MemSharing.WithAnyone), Other, line => line.WithAnyone);
    private static readonly Column<MemSharing> Key = new Column<MemSharing>("key", nameof(MemSharing.Key), Any, line => line.Key).As("group_key");
    private static readonly Column<MemSharing> OtherKey = new("other_key", nameof(MemSharing.OtherKey), Any, line => line.OtherKey);
    private static readonly Column<MemSharing> Time = new("time", nameof(MemSharing.Time), Other, line => line.Time);
    private static readonly Column<MemSharing> ComputerName = new("computer_name", nameof(MemSharing.ComputerName), Text, line => line.ComputerName);
    private static readonly Column<MemSharing> ProcRoot = new("proc_root", nameof(MemSharing.ProcRoot), Text, line => line.ProcRoot);

    /// <summary>All columns of what groups share.</summary>
    public static ColumnSet<MemSharing> All { get; } = new()
    {
        Data = [GroupName, OtherName, Shared, SharedObjects, SharedHeld, WithAnyone, Split, Report, Key, OtherKey, Time, ComputerName],
        Table = [GroupName, OtherName, SharedHeld, Shared, SharedObjects],
        List = [Split, Report, GroupName, OtherName, SharedHeld, Shared, SharedObjects, WithAnyone, Key, OtherKey, Time, ComputerName, ProcRoot],
        Compact = [GroupName with { Label = "name", Cells = 14, ViewWidest = 24 }, OtherName with { Label = "other", Cells = 14, ViewWidest = 24 }, SharedHeld.As("held"), Shared.As("mapped"), SharedObjects.As("objects")],
        Full = [GroupName, OtherName, SharedHeld, Shared, SharedObjects, WithAnyone],
        Keys = [nameof(MemSharing.Report), nameof(MemSharing.Key), nameof(MemSharing.OtherKey), nameof(MemSharing.WithAnyone)],
        Summary = [nameof(MemSharing.GroupName), nameof(MemSharing.OtherName), nameof(MemSharing.SharedHeld), nameof(MemSharing.Shared), nameof(MemSharing.SharedObjects)],
        Title = nameof(MemSharing.GroupName),
        Section = [nameof(MemSharing.Report), nameof(MemSharing.Split)],
    };
}
