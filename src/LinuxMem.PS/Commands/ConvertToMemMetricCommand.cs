using System.Management.Automation;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Metrics;
using LinuxMem.PowerShell.Import;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Makes metrics for Prometheus of what the other cmdlets emit.</para>
/// <para type="description">The text is OpenMetrics 1.0, a line each; with -Path it goes to a file that is replaced whole, by renaming, as node_exporter reads it.</para>
/// </summary>
[Cmdlet(VerbsData.ConvertTo, "MemMetric", SupportsShouldProcess = true, HelpUri = OnlineHelp.Pages + "ConvertTo-MemMetric.md")]
[OutputType(typeof(string))]
public sealed class ConvertToMemMetricCommand : ModuleCommand
{
    private readonly List<(ColumnSet Thing, PSObject Row)> rows = [];

    /// <summary>What the other cmdlets of this module emit: live, deserialized, or from CSV and JSON.</summary>
    [Parameter(ValueFromPipeline = true, HelpMessage = "What the other cmdlets of this module emit.")]
    [AllowNull]
    public PSObject?[]? InputObject { get; set; }

    /// <summary>The file to write in place of the output, replaced whole. What ends in .prom has the form that node_exporter reads.</summary>
    [Parameter(Position = 0, HelpMessage = "The file to write, such as linuxmem.prom; it is replaced whole.")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The most rows of each report that get metrics, the largest ones.</summary>
    [Parameter(HelpMessage = "The most rows of each report that get metrics: the largest ones. Default: 500.")]
    [ValidateRange(1, int.MaxValue)]
    public int MaxRows { get; set; } = MetricSamples.DefaultMaxRows;

    /// <summary>Collects what comes.</summary>
    protected override void ProcessRecord()
    {
        foreach (PSObject? one in InputObject ?? [])
        {
            if (one is not null && ReportedObject.ThingOf(one) is ColumnSet thing && thing.HasMetrics)
            {
                rows.Add((thing, one));
            }
            else
            {
                Missing(LinuxMemError.InvalidArgument, $"What came through the pipeline ({one?.BaseObject.GetType().Name ?? "$null"}) has no metrics: it is nothing that a cmdlet of this module reports, or a change, which Prometheus works out itself.", one!);
            }
        }
    }

    /// <summary>Writes the text.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        var samples = new MetricSamples(MaxRows);
        foreach ((ColumnSet thing, PSObject row) in rows)
        {
            Stopped.ThrowIfCancellationRequested();
            samples.Add(thing, column => ReportedObject.Value(row, column));
        }

        string? path = Path is null ? null : ProcRootPath.ResolveFile(SessionState, Path);
        var warnings = new List<string>();
        IEnumerable<string> lines = samples.Lines(path is null ? MetricForm.OpenMetrics : MetricFile.FormOf(path), warnings);
        warnings.ForEach(WriteWarning);
        if (path is null)
        {
            WriteObject(lines, enumerateCollection: true);
        }
        else if (ShouldProcess(path, "Write metrics"))
        {
            SupportedSystem.Require(MyInvocation.MyCommand.Name);
            MetricFile.Write(path, lines, Stopped);
        }
    });
}
