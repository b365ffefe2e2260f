using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of cmdlets that report of the whole machine, without a split: what they share of parameters, warnings and names.</summary>
public abstract class ReportCommand : SnapshotsCommand
{
    /// <summary>Threads that read; all processors when not given.</summary>
    [Parameter(HelpMessage = "Threads that read. Default: all processors.")]
    [Alias("t")]
    [ValidateNotNull]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int? ThrottleLimit { get; set; }

    /// <summary>Reads the report, and says what it says beside its rows.</summary>
    /// <param name="activity">The activity shown while it takes long.</param>
    /// <param name="own">What the report is told of its own.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="found">How many rows of what it has, for the verbose stream.</param>
    /// <param name="where">Where processes are missing that could not be read.</param>
    private protected TResult Read<TOptions, TResult>(string activity, TOptions own, Func<TOptions, TResult> read, Func<TResult, (int Count, string What)> found, string where)
        where TOptions : ReportOptions
        where TResult : ReportResult
    {
        // The copy is of the same type.
        var options = (TOptions)((ReportOptions)own with { ProcRoot = ResolvedProcRoot(), Threads = ThrottleLimit, Cancellation = Stopped });
        TResult result = Call(
            activity,
            () => read(options),
            result => found(result) is var (count, what) ? string.Create(CultureInfo.InvariantCulture, $"Found {count} {what}") : string.Empty);
        foreach (string warning in ScanNotices.Warnings(result, where))
        {
            WriteWarning(warning);
        }

        foreach (string notice in result.Notices)
        {
            WriteNotice(notice);
        }

        return result;
    }

    /// <summary>Writes the rows that bear one of the names, and an error for each name without wildcards that none bears; all without names.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="wanted">The names, with wildcards; null for all rows.</param>
    /// <param name="namesOf">What a row is called.</param>
    /// <param name="kind">What it is when there is none.</param>
    /// <param name="missing">Says so.</param>
    /// <param name="isWanted">Which of them are written at all; null for all.</param>
    private protected void WriteNamed<T>(IReadOnlyList<T> rows, IReadOnlyList<string>? wanted, Func<T, IReadOnlyList<string>> namesOf, LinuxMemError kind, Func<string, string> missing, Func<T, bool>? isWanted = null)
    {
        WildcardName[]? names = wanted is null ? null : [.. wanted.Select(name => new WildcardName(name))];
        foreach (WildcardName name in names?.Where(name => !name.HasWildcards && !rows.Any(row => namesOf(row).Any(name.IsMatch))) ?? [])
        {
            Missing(kind, missing(name.Text), name.Text);
        }

        WriteObject(
            rows.Where(row => (isWanted is null || isWanted(row)) && (names is null || Array.Exists(names, name => namesOf(row).Any(name.IsMatch)))),
            enumerateCollection: true);
    }
}
