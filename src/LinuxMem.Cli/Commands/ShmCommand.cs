using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem shm</c>: the SysV shared memory segments.</summary>
internal sealed class ShmCommand : Command
{
    private readonly ProcRootParameter procRoot = new("The /proc tree to read, or a snapshot. Of a copy in files nothing is attached.");

    private readonly Option<bool> forceRead = new("--force-read-shm")
    {
        Description = "Attach every segment and read every page first, as memstats does. It allocates pages never written and brings back those that are swapped out.",
    };

    private readonly OutputParameter output = new();

    public ShmCommand(StandardStreams streams, CancellationToken cancellation)
        : base("shm", "The SysV shared memory segments of this IPC namespace, largest first.")
    {
        procRoot.AddTo(this);
        Options.Add(forceRead);
        output.AddTo(this);
        SetAction(parsed =>
        {
            IReadOnlyList<ShmSegment> segments = ShmSegments.Read(new ShmOptions
            {
                ProcRoot = procRoot.Path(parsed),
                ForceRead = parsed.GetValue(forceRead),
                Warn = warning => streams.Say($"linuxmem: warning: {warning}"),
                Unread = unread => Warn(streams, unread),
                Cancellation = cancellation,
            });
            SectionWriter.Write(streams, output.Format(parsed), SegmentColumns.All, [new Section<ShmSegment>(null, segments)]);
            return ExitCode.Done;
        });
    }

    private static void Warn(StandardStreams streams, IReadOnlyList<(MemProcess Process, string Reason)> unread)
    {
        if (ScanNotices.Unread(unread, ScanNotices.FromSegments) is string warning)
        {
            streams.Say($"linuxmem: warning: {warning}");
        }
    }
}
