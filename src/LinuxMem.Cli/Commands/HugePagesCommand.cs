using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem hugepages</c>: the pools of huge pages.</summary>
internal sealed class HugePagesCommand : ReportCommand, ITellsColumns
{
    public HugePagesCommand(StandardStreams streams, CancellationToken cancellation)
        : base("hugepages", "The pools of huge pages: who has their pages, what lies idle, and how many the databases need.", streams, cancellation) =>
        AddCommonOptions(parsed => Write(parsed, HugePageColumns.All, Read(parsed, new HugePageOptions(), HugePageReport.Read, ScanNotices.FromFigures).Pools));

    /// <inheritdoc/>
    public ColumnSet Columns => HugePageColumns.All;
}
