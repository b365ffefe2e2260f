using System.CommandLine;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem cgroups</c>: the control groups that have processes, our count beside the kernel's charge.</summary>
internal sealed class CgroupsCommand : ReportCommand, ITellsColumns
{
    private readonly NameParameter names = new("Only control groups with this name or path, such as 'sshd.service' or '/system.slice/*'");

    private readonly Option<bool> skipScan = new("--skip-scan")
    {
        Description = "Read the kernel's charges alone, and no page map: takes milliseconds, and needs no rights.",
    };

    public CgroupsCommand(StandardStreams streams, CancellationToken cancellation)
        : base("cgroups", "The control groups that have processes: what these hold beside what the kernel has charged, the limit that binds, and what fills it; largest first.", streams, cancellation)
    {
        names.AddTo(this);
        Options.Add(skipScan);
        AddCommonOptions(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => CgroupColumns.All;

    private void Run(ParseResult parsed)
    {
        CgroupResult result = Read(parsed, new CgroupOptions { SkipScan = parsed.GetValue(skipScan) }, CgroupReport.Read, ScanNotices.FromCgroups);
        Write(parsed, CgroupColumns.All, Named(result.Groups, names.Names(parsed), one => [one.Name, one.Path], ScanNotices.NoCgroup));
    }
}
