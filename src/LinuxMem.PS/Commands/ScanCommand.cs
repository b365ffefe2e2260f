using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Threads;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of cmdlets with a page scan: common parameters and notices.</summary>
public abstract class ScanCommand : EngineCommand
{
    /// <summary>The most MiB that a number of bytes can hold.</summary>
    private const long MaxMemoryLimit = long.MaxValue >> 20;

    /// <summary>How many warnings are remembered over all samples.</summary>
    private const int MaxTold = 1000;

    private readonly HashSet<string> told = new(StringComparer.Ordinal);

    /// <summary>
    /// Limits what is scanned: a filter string or a scriptblock. Processes left out do not count at all: pages shared
    /// only with them count as unshared (USS).
    /// </summary>
    [Parameter(HelpMessage = "Scans only the processes that match: a filter such as 'comm(ora_*)', or a scriptblock.")]
    [Alias("f")]
    [ValidateNotNull]
    [ValidateFilter]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public object? Filter { get; set; }

    /// <summary>
    /// Processes also hold the shared memory that they have open and not mapped: memfds, files of a tmpfs. Every descriptor
    /// is looked up, which takes its time.
    /// </summary>
    [Parameter(HelpMessage = "Also counts shared memory that processes have open and not mapped; takes longer.")]
    public SwitchParameter IncludeOpenFiles { get; set; }

    /// <summary>Memory that the scan itself may take, in MiB; half of what is available when not given.</summary>
    [Parameter(HelpMessage = "Memory that the scan itself may take, in MiB. Default: half of what is available.")]
    [Alias("m")]
    [ValidateNotNull]
    [ValidateRange(1, MaxMemoryLimit)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public long? MemoryLimit { get; set; }

    /// <summary>Threads that read pages; all processors when not given.</summary>
    [Parameter(HelpMessage = "Threads that read pages. Default: all processors.")]
    [Alias("t")]
    [ValidateNotNull]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int? ThrottleLimit { get; set; }

    /// <summary>The scan gives way to everything else: it reads at low priority of processor and disk. The session itself does not.</summary>
    [Parameter(HelpMessage = "Gives way to everything else: reads at low priority of processor and disk.")]
    public SwitchParameter LowPriority { get; set; }

    /// <summary>Whether the machine is read again and again, so that what was told once need not be told again.</summary>
    private protected virtual bool IsSampling => false;

    /// <summary>Whether what is shown is one of several samples, so that its time is shown.</summary>
    private protected virtual bool IsSample => IsSampling;

    /// <summary>Takes the warnings, while the screen is not to be written to; null to write them.</summary>
    private protected List<string>? HeldBack { get; set; }

    /// <summary>Writes a warning; where samples are taken, each once.</summary>
    private protected new void WriteWarning(string text)
    {
        if (HeldBack is not null)
        {
            HeldBack.Add(text);
        }
        else if (!IsSampling || told.Count >= MaxTold || told.Add(text))
        {
            base.WriteWarning(text);
        }
    }

    /// <summary>Has the engine give way until it is disposed, where that was asked for; else null.</summary>
    private protected LowPriority? GiveWay() => LowPriority ? new LowPriority() : null;

    /// <summary>Scans, and writes the notices of the scan.</summary>
    /// <param name="read">Reads the pages of the selected processes and everything else the output needs; the machine
    /// is closed afterwards.</param>
    /// <param name="total">Whether reports have a total row.</param>
    /// <param name="cancellation">Ends it beside Ctrl+C; null for that alone.</param>
    private protected T Scan<T>(Func<MemScan, IReadOnlyList<MemProcess>, (T Output, ScanResult Result)> read, bool total = false, CancellationToken? cancellation = null)
    {
        ProcessFilter? filter = Filter is null ? null : FilterInput.Single(Filter);
        using var progress = new ScanProgressRecord(this) { IsHeldBack = HeldBack is not null };
        var options = new ScanOptions
        {
            ProcRoot = ResolvedProcRoot(),
            MemoryLimit = MemoryLimit is long mebibytes ? Mebibytes.ToBytes(mebibytes) : null,
            Threads = ThrottleLimit,
            Total = total,
            IsSample = IsSample,
            IsSampling = IsSampling,
            IncludeOpenFiles = IncludeOpenFiles,
            Progress = progress.Show,
            Cancellation = cancellation ?? Stopped,
        };

        using LowPriority? givesWay = GiveWay();

        // Nothing in it asks the host anything, so that it need not be waited for past Ctrl+C.
        using MemScan scan = AbandonableCall.Run(_ => MemScan.Begin(options), options.Cancellation);
        WriteDebug(ScanNotices.Listed(scan));
        (T output, ScanResult result) = read(scan, Wanted(scan.Table, filter, progress));
        Report(result);
        return output;
    }

    /// <summary>The processes of a listing that the filter selects; all without one.</summary>
    private protected IReadOnlyList<MemProcess> Wanted(ProcessTable table, ProcessFilter? filter, ScanProgressRecord progress)
    {
        if (filter is null)
        {
            return table.Processes;
        }

        IReadOnlyList<MemProcess> wanted = filter.Matching(
            table,
            ThrottleLimit ?? Environment.ProcessorCount,
            Stopped,
            number => progress.Show(new ScanProgress(number, table.Processes.Count, 0, 0, ScanStage.Filtering)));
        WriteDebug(string.Create(CultureInfo.InvariantCulture, $"The filter {filter.ToString()!} leaves {wanted.Count} of {table.Processes.Count} processes."));
        if (wanted.Count == 0)
        {
            WriteWarning($"No process matches the filter {filter.ToString()!}.");
        }

        return wanted;
    }

    private void Report(ScanResult result)
    {
        foreach (MissingName missing in result.Missing)
        {
            if (HeldBack is not null)
            {
                HeldBack.Add(missing.Message);
            }
            else if (!IsSampling || told.Count >= MaxTold || told.Add(missing.Message))
            {
                Missing(LinuxMemError.ProcessNotFound, missing.Message, missing.Name);
            }
        }

        if (HeldBack is null)
        {
            WriteNotice(ScanNotices.Scanned(result));
            WriteNotice(ScanNotices.Details(result));
        }

        foreach (string warning in ScanNotices.Warnings(result))
        {
            WriteWarning(warning);
        }
    }
}
