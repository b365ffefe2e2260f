using System.CommandLine;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem shm</c>: the SysV shared memory segments.</summary>
internal sealed class ShmCommand : EngineCommand, ITellsColumns
{
    private readonly Option<bool> forceRead = new("--force-read-shm")
    {
        Description = "Attach every segment and read every page first, as memstats does. It allocates pages never written and brings back those that are swapped out.",
    };

    public ShmCommand(StandardStreams streams, CancellationToken cancellation)
        : base("shm", "The SysV shared memory segments of this IPC namespace, largest first.", streams, cancellation, new ProcRootParameter("The /proc tree to read, or a snapshot. Of a copy in files nothing is attached."))
    {
        Options.Add(forceRead);
        AddCommonOptions(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => SegmentColumns.All;

    private void Run(ParseResult parsed) => Write(
        parsed,
        SegmentColumns.All,
        ShmSegments.Read(new ShmOptions
        {
            ProcRoot = ProcRoot(parsed),
            ForceRead = parsed.GetValue(forceRead),
            Warn = Warn,
            Unread = unread => WarnOfUnread(unread, ScanNotices.FromSegments),
            Cancellation = Cancellation,
        }));
}
