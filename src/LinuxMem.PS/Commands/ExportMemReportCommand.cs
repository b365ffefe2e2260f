using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Html;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Writes a report with charts and tables as one HTML file.</para>
/// <para type="description">Without anything through the pipeline it scans this machine once, for all parts of the report. It takes what the other cmdlets emit, of several machines and times, and snapshots, too.</para>
/// </summary>
[Cmdlet(VerbsData.Export, "MemReport", SupportsShouldProcess = true, HelpUri = OnlineHelp.Pages + "Export-MemReport.md")]
[OutputType(typeof(FileInfo))]
public sealed class ExportMemReportCommand : SplittingCommand
{
    private readonly HtmlReport report = new();
    private readonly List<string> snapshots = [];
    private bool hasRows;

    /// <summary>The file to write, such as today.html. Only its owner may read it.</summary>
    [Parameter(Position = 0, Mandatory = true, HelpMessage = "The file to write, such as today.html.")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Replace a file that is there already.</summary>
    [Parameter(HelpMessage = "Replaces a file that is there already.")]
    public SwitchParameter Force { get; set; }

    /// <summary>What the other cmdlets emit, live or deserialized, or from CSV and JSON; files: snapshots to read.</summary>
    [Parameter(ValueFromPipeline = true, HelpMessage = "What the other cmdlets of this module emit; files: snapshots to read.")]
    [AllowNull]
    public object?[]? InputObject { get; set; }

    /// <summary>Collects what comes.</summary>
    protected override void ProcessRecord() => Collect(nameof(InputObject), InputObject, Take);

    /// <summary>Scans where nothing came, and writes the file and emits it.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        try
        {
            Write();
        }
        catch (LinuxMemException e) when (e.Kind is LinuxMemError.FileExists or LinuxMemError.FileNotWritten)
        {
            // As New-Item has it: no reason to end the caller's script, if he does not ask for that.
            WriteError(ScanErrorRecord.From(e));
        }
    });

    private void Take(object? input)
    {
        if ((input is PSObject wrapped ? wrapped.BaseObject : input) is FileSystemInfo file)
        {
            snapshots.Add(file.FullName);
            return;
        }

        PSObject row = input is null ? throw Refused("$null", input) : PSObject.AsPSObject(input);
        ColumnSet thing = ReportedObject.ThingOf(row) ?? throw Refused(row.BaseObject.GetType().Name, input);
        report.Add(thing, column => ReportedObject.Value(row, column));
        hasRows = true;
    }

    private static LinuxMemException Refused(string what, object? input) =>
        new(LinuxMemError.InvalidArgument, $"What came through the pipeline ({what}) is nothing that a cmdlet of this module emits, and no snapshot: it is not in the report.", input);

    private void Write()
    {
        if (!hasRows && snapshots.Count == 0 && (IsRefused || MyInvocation.ExpectingInput))
        {
            if (!IsRefused)
            {
                WriteWarning("Nothing came through the pipeline: there is nothing to report, and no file was written.");
            }

            return;
        }

        string path = ProcRootPath.ResolveFile(SessionState, Path);
        if (!ShouldProcess(path, "Write a report"))
        {
            return;
        }

        // Before a scan that may take long.
        HtmlReport.Verify(path, Force, Stopped);
        if (!hasRows || snapshots.Count > 0)
        {
            ReadEach(snapshots, Scan);
        }

        string written = report.Write(path, Force, Stopped);
        WriteNotice($"{report.Summary} written");
        WriteObject(InvokeProvider.Item.Get([written], force: true, literalPath: true), enumerateCollection: true);
    }

    private void Scan()
    {
        // As the parts of a machine are counted.
        IncludeOpenFiles = true;
        List<Split> splits = Splits();
        OverviewResult result = Scan((scan, processes) =>
        {
            OverviewResult overview = scan.Overview(processes, splits is [] ? MachineOverview.DefaultSplits : splits);
            return (overview, overview.Scan);
        });
        report.Add(result);
        foreach (string warning in ScanNotices.Warnings(result.Scan))
        {
            report.Note(warning);
        }
    }
}
