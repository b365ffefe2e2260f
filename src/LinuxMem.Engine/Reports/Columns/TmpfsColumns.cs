using static LinuxMem.Engine.Reports.Columns.ColumnKind;
using Mount = LinuxMem.TmpfsMount;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="Mount"/>.</summary>
public static class TmpfsColumns
{
    private static readonly Column<Mount> MountPoint = new("mount_point", nameof(Mount.MountPoint), Text, mount => mount.MountPoint) { Cells = 15, IsPath = true };
    private static readonly Column<Mount> FsSize = new("fs_size", nameof(Mount.FsSize), Size, mount => mount.FsSize) { UnlimitedProperty = nameof(Mount.IsUnlimited), Help = "Limit of the tmpfs; absent without one." };
    private static readonly Column<Mount> FsUsed = new("fs_used", nameof(Mount.FsUsed), Size, mount => mount.FsUsed) { Help = "Used of the tmpfs." };
    private static readonly Column<Mount> FsFree = new("fs_free", nameof(Mount.FsFree), Size, mount => mount.FsFree) { Help = "Left in the tmpfs; absent without a limit." };
    private static readonly Column<Mount> UsedPercent = new("used_percent", nameof(Mount.UsedPercent), Percent, mount => mount.UsedPercent);
    private static readonly Column<Mount> NoSwap = new("noswap", nameof(Mount.NoSwap), Other, mount => mount.NoSwap) { Cells = 6 };
    private static readonly Column<Mount> Huge = new("huge", nameof(Mount.Huge), Text, mount => mount.Huge) { Cells = 6 };
    private static readonly Column<Mount> Inodes = new("inodes", nameof(Mount.Inodes), Number, mount => mount.Inodes) { Cells = 20, Metric = MetricKind.Gauge, Help = "Limit of inodes of the tmpfs." };
    private static readonly Column<Mount> InodesUsed = new("inodes_used", nameof(Mount.InodesUsed), Number, mount => mount.InodesUsed) { Cells = 20, Metric = MetricKind.Gauge, Help = "Inodes used of the tmpfs." };
    private static readonly Column<Mount> Source = new("source", nameof(Mount.Source), Text, mount => mount.Source);
    private static readonly Column<Mount> Options = new("options", nameof(Mount.Options), Text, mount => mount.Options);
    private static readonly Column<Mount> Status = new("status", nameof(Mount.Status), Text, mount => mount.Status) { ViewWidest = int.MaxValue };
    private static readonly Column<Mount> IsUnlimited = new("is_unlimited", nameof(Mount.IsUnlimited), Other, mount => mount.IsUnlimited);
    private static readonly Column<Mount> SharedWith = new("shared_with", nameof(Mount.SharedWith), Text, mount => mount.SharedWith) { IsPath = true };
    private static readonly Column<Mount> Root = new("root", nameof(Mount.Root), Text, mount => mount.Root) { IsPath = true };
    private static readonly Column<Mount> Device = new("device", nameof(Mount.Device), Text, mount => mount.Device);
    private static readonly Column<Mount> Time = new("time", nameof(Mount.Time), Other, mount => mount.Time);
    private static readonly Column<Mount> ComputerName = new("computer_name", nameof(Mount.ComputerName), Text, mount => mount.ComputerName);
    private static readonly Column<Mount> ProcRoot = new("proc_root", nameof(Mount.ProcRoot), Text, mount => mount.ProcRoot);

    /// <summary>All columns of tmpfs mounts.</summary>
    public static ColumnSet<Mount> All { get; } = new()
    {
        MetricName = "tmpfs",
        Data =
        [
            MountPoint, FsSize, FsUsed, NoSwap, Huge, FsFree, UsedPercent, Inodes, InodesUsed, Source, Options, Status,
            IsUnlimited.As("unlimited"), SharedWith, Root, Device, Time, ComputerName,
        ],
        Table = [MountPoint with { ViewWidest = 32 }, FsSize, FsUsed, NoSwap, Huge, Status],
        TableWraps = true,
        List =
        [
            MountPoint, FsSize, FsUsed, FsFree, UsedPercent, NoSwap, Huge, Inodes, InodesUsed, Source, Options, Status,
            IsUnlimited, SharedWith, Root, Device, Time, ComputerName, ProcRoot,
        ],
        Compact =
        [
            MountPoint with { Label = "name", ViewWidest = 38 }, FsSize.As("size"), FsUsed.As("used"),
            UsedPercent.As("used %"),
        ],
        Full = [MountPoint, FsSize, FsUsed, FsFree, UsedPercent, NoSwap, Huge, Inodes, InodesUsed, Source, Device, Status],
        Keys = [nameof(Mount.MountPoint)],
        Summary = [nameof(Mount.MountPoint), nameof(Mount.FsSize), nameof(Mount.FsUsed), nameof(Mount.Status)],
    };
}
