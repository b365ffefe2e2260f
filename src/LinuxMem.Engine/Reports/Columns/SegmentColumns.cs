using static LinuxMem.Engine.Reports.Columns.ColumnKind;

namespace LinuxMem.Engine.Reports.Columns;

/// <summary>The columns of <see cref="ShmSegment"/>.</summary>
public static class SegmentColumns
{
    private static readonly Column<ShmSegment> Key = new("key", nameof(ShmSegment.Key), Number, segment => segment.Key) { Cells = 11 };
    private static readonly Column<ShmSegment> KeyHex = new("key_hex", nameof(ShmSegment.KeyHex), Text, segment => segment.KeyHex) { Cells = 10 };
    private static readonly Column<ShmSegment> ShmId = new("shmid", nameof(ShmSegment.ShmId), Number, segment => segment.ShmId) { Cells = 10 };
    private static readonly Column<ShmSegment> Bytes = new("size", nameof(ShmSegment.Size), Size, segment => segment.Size);
    private static readonly Column<ShmSegment> Rss = new("rss", nameof(ShmSegment.Rss), Size, segment => segment.Rss);
    private static readonly Column<ShmSegment> PageSize = new("page_size", nameof(ShmSegment.PageSize), Number, segment => segment.PageSize) { Cells = 10 };
    private static readonly Column<ShmSegment> Pages4k = new("pages_4k", nameof(ShmSegment.Pages4k), Number, segment => segment.Pages4k) { Cells = 10 };
    private static readonly Column<ShmSegment> Pages2M = new("pages_2M", nameof(ShmSegment.Pages2M), Number, segment => segment.Pages2M) { Cells = 8 };
    private static readonly Column<ShmSegment> Pages1G = new("pages_1G", nameof(ShmSegment.Pages1G), Number, segment => segment.Pages1G) { Cells = 8 };
    private static readonly Column<ShmSegment> Swap = new("swap", nameof(ShmSegment.Swap), Size, segment => segment.Swap);
    private static readonly Column<ShmSegment> UsedPercent = new("used_percent", nameof(ShmSegment.UsedPercent), Percent, segment => segment.UsedPercent);
    private static readonly Column<ShmSegment> Sid = new("sid", nameof(ShmSegment.Sid), Values, segment => segment.Sid);
    private static readonly Column<ShmSegment> Uid = new("uid", nameof(ShmSegment.Uid), Number, segment => segment.Uid) { Cells = 10 };
    private static readonly Column<ShmSegment> User = new("user", nameof(ShmSegment.User), Text, segment => segment.User);
    private static readonly Column<ShmSegment> Gid = new("gid", nameof(ShmSegment.Gid), Number, segment => segment.Gid) { Cells = 10 };
    private static readonly Column<ShmSegment> Mode = new("mode", nameof(ShmSegment.Mode), Text, segment => segment.Mode);
    private static readonly Column<ShmSegment> Attached = new("nattch", nameof(ShmSegment.Attached), Number, segment => segment.Attached) { Cells = 7 };
    private static readonly Column<ShmSegment> CreatorPid = new("cpid", nameof(ShmSegment.CreatorPid), Number, segment => segment.CreatorPid) { Cells = 7 };
    private static readonly Column<ShmSegment> LastPid = new("lpid", nameof(ShmSegment.LastPid), Number, segment => segment.LastPid) { Cells = 7 };
    private static readonly Column<ShmSegment> AttachTime = new("atime", nameof(ShmSegment.AttachTime), Other, segment => segment.AttachTime);
    private static readonly Column<ShmSegment> DetachTime = new("dtime", nameof(ShmSegment.DetachTime), Other, segment => segment.DetachTime);
    private static readonly Column<ShmSegment> ChangeTime = new("ctime", nameof(ShmSegment.ChangeTime), Other, segment => segment.ChangeTime);
    private static readonly Column<ShmSegment> AttachedPids = new("attached_pids", nameof(ShmSegment.AttachedPids), Values, segment => segment.AttachedPids);
    private static readonly Column<ShmSegment> Removed = new("removed", nameof(ShmSegment.Removed), Other, segment => segment.Removed);
    private static readonly Column<ShmSegment> Locked = new("locked", nameof(ShmSegment.Locked), Other, segment => segment.Locked);
    private static readonly Column<ShmSegment> Time = new("time", nameof(ShmSegment.Time), Other, segment => segment.Time);
    private static readonly Column<ShmSegment> ComputerName = new("computer_name", nameof(ShmSegment.ComputerName), Text, segment => segment.ComputerName);
    private static readonly Column<ShmSegment> ProcRoot = new("proc_root", nameof(ShmSegment.ProcRoot), Text, segment => segment.ProcRoot);

    /// <summary>All columns of SysV segments.</summary>
    public static ColumnSet<ShmSegment> All { get; } = new()
    {
        Data =
        [
            Key, ShmId, Bytes, Rss, Pages4k, Pages2M, Swap, UsedPercent, Sid, Pages1G, Uid, User, Gid, Mode, Attached, CreatorPid, LastPid,
            AttachTime, DetachTime, ChangeTime, AttachedPids, Removed, KeyHex, Time, ComputerName,
        ],
        Table = [Key, ShmId, Bytes, Rss, Pages4k, Pages2M, Swap, UsedPercent.As("used %"), Sid],
        List =
        [
            Key, KeyHex, ShmId, Bytes, Rss, PageSize, Pages4k, Pages2M, Pages1G, Swap, UsedPercent.As("used %"), Sid, Uid, User, Gid, Mode, Attached,
            CreatorPid, LastPid, AttachTime, DetachTime, ChangeTime, AttachedPids, Removed, Locked, Time, ComputerName, ProcRoot,
        ],
        Compact = [KeyHex.As("key"), ShmId, Attached.As("procs"), Bytes, Rss, Swap, UsedPercent.As("used %"), User with { Cells = 6, ViewWidest = 12 }],
        Full = [Key, KeyHex, ShmId, Bytes, Rss, Pages4k, Pages2M, Pages1G, Swap, UsedPercent.As("used %"), Uid, User, Mode, Attached, CreatorPid, LastPid, Sid],
        Title = nameof(ShmSegment.ShmId),
        Keys = [nameof(ShmSegment.ShmId)],
        Summary = [nameof(ShmSegment.Key), nameof(ShmSegment.ShmId), nameof(ShmSegment.Size), nameof(ShmSegment.Rss), nameof(ShmSegment.Swap), nameof(ShmSegment.UsedPercent)],
    };
}
