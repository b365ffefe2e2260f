namespace LinuxMem.Cli.Output;

/// <summary>The columns of <c>linuxmem shm</c>.</summary>
internal static class SegmentColumns
{
    /// <summary>All columns, in the order they are written.</summary>
    public static IReadOnlyList<Column<ShmSegment>> All { get; } =
    [
        new("key", ColumnKind.Number, segment => segment.Key),
        new("shmid", ColumnKind.Number, segment => segment.ShmId),
        new("size", ColumnKind.Size, segment => segment.Size),
        new("rss", ColumnKind.Size, segment => segment.Rss),
        new("pages_4k", ColumnKind.Number, segment => segment.Pages4k),
        new("pages_2M", ColumnKind.Number, segment => segment.Pages2M),
        new("swap", ColumnKind.Size, segment => segment.Swap),
        new("used_percent", ColumnKind.Number, segment => segment.UsedPercent, Heading: "used %"),
        new("sid", ColumnKind.Text, segment => segment.Sid?.ToString()),
        new("pages_1G", ColumnKind.Number, segment => segment.Pages1G, InTable: false),
        new("uid", ColumnKind.Number, segment => segment.Uid, InTable: false),
        new("user", ColumnKind.Text, segment => segment.User, InTable: false),
        new("gid", ColumnKind.Number, segment => segment.Gid, InTable: false),
        new("mode", ColumnKind.Text, segment => segment.Mode, InTable: false),
        new("nattch", ColumnKind.Number, segment => segment.Attached, InTable: false),
        new("cpid", ColumnKind.Number, segment => segment.CreatorPid, InTable: false),
        new("lpid", ColumnKind.Number, segment => segment.LastPid, InTable: false),
        new("atime", ColumnKind.Text, segment => segment.AttachTime, InTable: false),
        new("dtime", ColumnKind.Text, segment => segment.DetachTime, InTable: false),
        new("ctime", ColumnKind.Text, segment => segment.ChangeTime, InTable: false),
        new("attached_pids", ColumnKind.Text, segment => segment.AttachedPids?.ToString(), InTable: false),
        new("removed", ColumnKind.Text, segment => segment.Removed, InTable: false),
    ];
}
