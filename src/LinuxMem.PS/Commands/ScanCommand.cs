using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>What all cmdlets with a page scan have in common: its parameters and its notices.</summary>
public abstract class ScanCommand : EngineCommand
{
    /// <summary>
    /// Limits what is scanned: a filter string or a scriptblock. What is left out is not there at all: pages
    /// that only it shares with the rest count as the rest's own (USS).
    /// </summary>
    [Parameter]
    [Alias("f")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public object? Filter { get; set; }

    /// <summary>Memory that the scan itself may take, in MiB; half of what is available when not given.</summary>
    [Parameter]
    [Alias("m")]
    public long? MemoryLimit { get; set; }

    /// <summary>Threads that read pages; all processors when not given.</summary>
    [Parameter]
    [Alias("t")]
    public int? ThrottleLimit { get; set; }

    /// <summary>Scans, and says what there is to say about it.</summary>
    /// <param name="read">Reads the pages of the processes that are wanted, and whatever else the output has: the tree is closed after.</param>
    /// <param name="total">Whether reports have a row of all their groups.</param>
    private protected T Scan<T>(Func<MemScan, IReadOnlyList<MemProcess>, (T Output, ScanResult Result)> read, bool total = false)
    {
        ProcessFilter? filter = Filter is null ? null : FilterInput.Single(Filter);
        using var progress = new ScanProgressRecord(this);
        using MemScan scan = MemScan.Begin(new ScanOptions
        {
            ProcRoot = ResolvedProcRoot(),
            MemoryLimit = MemoryLimit is long mebibytes ? Mebibytes.ToBytes(mebibytes) : null,
            Threads = ThrottleLimit,
            Total = total,
            Progress = progress.Show,
            Cancellation = Stopped,
        });
        WriteDebug(ScanNotices.Listed(scan));
        (T output, ScanResult result) = read(scan, Wanted(scan.Table, filter));
        Report(result);
        return output;
    }

    /// <summary>The processes of a listing that the filter, if any, leaves.</summary>
    private protected IReadOnlyList<MemProcess> Wanted(ProcessTable table, ProcessFilter? filter)
    {
        if (filter is null)
        {
            return table.Processes;
        }

        IReadOnlyList<MemProcess> wanted = filter.Matching(table, ThrottleLimit ?? Environment.ProcessorCount, Stopped);
        WriteDebug(string.Create(CultureInfo.InvariantCulture, $"The filter {VisibleText.ForTerminal(filter.ToString()!)} leaves {wanted.Count} of {table.Processes.Count} processes."));
        if (wanted.Count == 0)
        {
            WriteWarning($"No process matches the filter {VisibleText.ForTerminal(filter.ToString()!)}.");
        }

        return wanted;
    }

    private void Report(ScanResult result)
    {
        WriteNotice(ScanNotices.Scanned(result));
        WriteNotice(ScanNotices.Details(result));
        foreach (string warning in ScanNotices.Warnings(result))
        {
            WriteWarning(warning);
        }
    }
}
