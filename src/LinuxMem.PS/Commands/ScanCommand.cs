using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.MemGroups;
using LinuxMem.Engine.Processes;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>What all cmdlets with a page scan have in common: its parameters, its end by Ctrl+C, its notices and its failures.</summary>
public abstract class ScanCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();

    /// <summary>
    /// Limits what is scanned: a filter string or a scriptblock. What is left out is not there at all: pages
    /// that only it shares with the rest count as the rest's own (USS).
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public object? Filter { get; set; }

    /// <summary>The /proc tree to read, as a PowerShell path; /proc when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

    /// <summary>Memory that the scan itself may take, in MiB; half of what is available when not given.</summary>
    [Parameter]
    public long? MemoryLimit { get; set; }

    /// <summary>Threads that read pages; all processors when not given.</summary>
    [Parameter]
    public int? ThrottleLimit { get; set; }

    /// <summary>Ctrl+C, from another thread: asks the scan to stop.</summary>
    protected override void StopProcessing() => stop.Cancel();

    /// <summary>Scans, and says what there is to say about it.</summary>
    /// <param name="read">Reads the pages of the processes that are wanted.</param>
    private protected T Scan<T>(Func<MemScan, IReadOnlyList<MemProcess>, (T Output, ScanResult Result)> read)
    {
        ProcessFilter? filter = Filter is null ? null : FilterInput.Single(Filter);
        using var progress = new ScanProgressRecord(this);
        MemScan scan = MemScan.Begin(new ScanOptions
        {
            ProcRoot = ResolvedProcRoot(),
            MemoryLimit = MemoryLimit is long mebibytes ? Mebibytes.ToBytes(mebibytes) : null,
            Threads = ThrottleLimit,
            Progress = progress.Show,
            Cancellation = stop.Token,
        });
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

        IReadOnlyList<MemProcess> wanted = table.Matching(filter, ThrottleLimit ?? Environment.ProcessorCount);
        if (wanted.Count == 0)
        {
            WriteWarning($"No process matches the filter {VisibleText.ForTerminal(filter.ToString()!)}.");
        }

        return wanted;
    }

    /// <summary>The /proc tree to read; null for the kernel's own.</summary>
    private protected string? ResolvedProcRoot() => ProcRootPath.Resolve(SessionState, ProcRoot);

    /// <summary>Runs what may fail, and ends the cmdlet with a proper error record when it does.</summary>
    private protected void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (LinuxMemException e)
        {
            ThrowTerminatingError(ScanErrorRecord.From(e));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Report(ScanResult result)
    {
        WriteVerbose(ScanNotices.Scanned(result));
        WriteVerbose(ScanNotices.Details(result));
        foreach (string warning in ScanNotices.Warnings(result))
        {
            WriteWarning(warning);
        }
    }

    /// <summary>Called by PowerShell when the cmdlet is over.</summary>
    public void Dispose()
    {
        stop.Dispose();
        GC.SuppressFinalize(this);
    }
}
