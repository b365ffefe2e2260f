using System.Management.Automation;
using LinuxMem.Engine.Reports.Fit;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Says whether a database of a given size fits, with the numbers.</para>
/// <para type="description">What it would hold (shared memory, private memory and page tables of its connections, by those that run now), what is there (available memory, huge pages, limits of control groups and of the kernel), the least that is left, and how that comes about.</para>
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "MemFit", DefaultParameterSetName = PostgreSql, HelpUri = OnlineHelp.Pages + "Test-MemFit.md")]
[OutputType(typeof(MemFit))]
public sealed class TestMemFitCommand : ReportCommand
{
    private const string Oracle = "Oracle";
    private const string PostgreSql = "PostgreSQL";

    /// <summary>The SGA of an instance of Oracle, in bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Oracle, HelpMessage = "The SGA of an instance of Oracle, in bytes: 8GB.")]
    [ValidateRange(1, FitOptions.MaxSize)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public long Sga { get; set; }

    /// <summary>The setting shared_buffers of a cluster of PostgreSQL, in bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PostgreSql, HelpMessage = "The setting shared_buffers of PostgreSQL, in bytes: 16GB.")]
    [ValidateRange(1, FitOptions.MaxSize)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public long SharedBuffers { get; set; }

    /// <summary>How many connections there are to be; 0 for the shared memory alone.</summary>
    [Parameter(HelpMessage = "How many connections there are to be. Default: 0, the shared memory alone.")]
    [ValidateRange(0, FitOptions.MaxConnections)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int Connections { get; set; }

    /// <summary>The setting work_mem, which each connection may take once beside what the largest takes now.</summary>
    [Parameter(ParameterSetName = PostgreSql, HelpMessage = "The setting work_mem, which each connection may take once more, in bytes.")]
    [ValidateRange(1, FitOptions.MaxConnectionMemory)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public long? WorkMem { get; set; }

    /// <summary>Private memory of one connection; what those take that are there now, when not given.</summary>
    [Parameter(HelpMessage = "Private memory of one connection, in bytes. Default: as those running now.")]
    [ValidateRange(1, FitOptions.MaxConnectionMemory)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public long? ConnectionMemory { get; set; }

    /// <summary>Whether the shared memory is to have huge pages.</summary>
    [Parameter(HelpMessage = "Whether it is to have huge pages: Try, if the pool has enough; On; Off.")]
    public FitHugePages HugePages { get; set; }

    /// <summary>The control group it is to run in; that of this session, when not given.</summary>
    [Parameter(HelpMessage = "The control group it is to run in, by name or path. Default: that of this session.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    public string? Cgroup { get; set; }

    /// <summary>Emits the verdict.</summary>
    private protected override void Report(PipedChoice choice)
    {
        bool isOracle = ParameterSetName == Oracle;
        var options = new FitOptions
        {
            Sga = isOracle ? Sga : null,
            SharedBuffers = isOracle ? null : SharedBuffers,
            Connections = Connections,
            WorkMem = WorkMem,
            ConnectionMemory = ConnectionMemory,
            HugePages = HugePages,
            Cgroup = Cgroup,
        };
        WriteObject(Read("Looking whether it fits", options, FitReport.Read, _ => (1, "verdict"), ScanNotices.FromFigures).Fit);
    }
}
