namespace LinuxMem.Cli.Output;

/// <summary>The columns of <c>linuxmem tmpfs</c>.</summary>
internal static class TmpfsColumns
{
    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<Column<Tmpfs>> All { get; } =
    [
        new("mount_point", ColumnKind.Text, mount => mount.MountPoint),
        new("fs_size", ColumnKind.Size, mount => mount.FsSize),
        new("fs_used", ColumnKind.Size, mount => mount.FsUsed),
        new("noswap", ColumnKind.Text, mount => mount.NoSwap),
        new("huge", ColumnKind.Text, mount => mount.Huge),
        new("fs_free", ColumnKind.Size, mount => mount.FsFree, InTable: false),
        new("used_percent", ColumnKind.Number, mount => mount.UsedPercent, InTable: false),
        new("inodes", ColumnKind.Number, mount => mount.Inodes, InTable: false),
        new("inodes_used", ColumnKind.Number, mount => mount.InodesUsed, InTable: false),
        new("source", ColumnKind.Text, mount => mount.Source, InTable: false),
        new("options", ColumnKind.Text, mount => mount.Options, InTable: false),
        new("status", ColumnKind.Text, mount => mount.Status),
        new("unlimited", ColumnKind.Text, mount => mount.IsUnlimited, InTable: false),
        new("shared_with", ColumnKind.Text, mount => mount.SharedWith, InTable: false),
        new("root", ColumnKind.Text, mount => mount.Root, InTable: false),
        new("device", ColumnKind.Text, mount => mount.Device, InTable: false),
    ];
}
