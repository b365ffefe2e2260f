using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Hosts;

/// <summary>The messages of a scan, the same in both hosts.</summary>
internal static class ScanNotices
{
    /// <summary>Where a process is missing that was to be listed.</summary>
    public const string FromList = "not in the list";

    /// <summary>Where a process is missing that may have segments attached.</summary>
    public const string FromSegments = "not among those that have segments attached";

    /// <summary>Where a process is missing that may belong to an instance.</summary>
    public const string FromInstances = "not looked at for Oracle instances";

    /// <summary>Where a process is missing that may hold shared memory.</summary>
    public const string FromHolders = "not among those that hold shared memory";

    /// <summary>Where a process is missing that may be in a control group.</summary>
    public const string FromCgroups = "not among those of its control group";

    /// <summary>Where a process is missing that may belong to a cluster of PostgreSQL.</summary>
    public const string FromClusters = "not looked at for clusters of PostgreSQL";

    /// <summary>Where a process is missing whose pages could not be read.</summary>
    public const string FromFigures = "not in the figures";

    private const int NamedAtMost = 5;

    /// <summary>
    /// <c>Scanned N processes in T</c>, and in parentheses the processes that are not in the figures.
    /// </summary>
    public static string Scanned(ScanResult result)
    {
        string missing = result.Vanished > 0 || result.Unreadable.Count > 0
            ? string.Create(CultureInfo.InvariantCulture, $" ({result.Vanished} ended meanwhile, {result.Unreadable.Count} unreadable)")
            : string.Empty;
        return $"Scanned {Processes(result.Scanned)} in {Duration(result.Elapsed)}{missing}";
    }

    /// <summary>That no control group has a name or path that was asked for.</summary>
    public static string NoCgroup(string name) => $"There is no control group '{name}' with processes. Give its name or its whole path, or a pattern such as '*{name}*'.";

    /// <summary>That no cluster of PostgreSQL has a data directory that was asked for.</summary>
    public static string NoCluster(string name) => $"No running PostgreSQL has the data directory '{name}'. Give the whole path, as the server sees it, or a pattern such as '*{name}*'.";

    /// <summary>That no tmpfs is mounted where it was asked for.</summary>
    public static string NoMount(string name) => $"No tmpfs is mounted at '{name}'. Give a whole path, or a pattern such as '*/shm'.";

    /// <summary>That no shared memory object has a name that was asked for.</summary>
    public static string NoSharedMemory(string name) => $"There is no shared memory object '{name}'. Names are those of the kernel, such as '/dev/shm/x' or '/memfd:x'; a pattern such as '*{name}*' finds a part.";

    /// <summary>How many processes were listed.</summary>
    public static string Listed(MemScan scan) =>
        string.Create(CultureInfo.InvariantCulture, $"Listed {Processes(scan.Table.Processes.Count)} ({scan.Table.Vanished} ended meanwhile). Pages are read by {scan.Threads} {(scan.Threads == 1 ? "thread" : "threads")}; the scan's own memory may reach {SizeText.InSentence(scan.MemoryLimit)}.");

    /// <summary>The progress: processes filtered or put into groups; then processes and pages read, and the scan's own memory.</summary>
    public static string Progress(ScanProgress progress) => progress.Stage == ScanStage.Reading
        ? string.Create(CultureInfo.InvariantCulture, $"{Done(progress)}, {progress.Pages} pages, own memory {SizeText.InSentence(progress.MemoryUsed)}")
        : Done(progress);

    /// <summary>How many processes are done, and with what: <c>12 of 58 processes filtered</c>.</summary>
    public static string Done(ScanProgress progress) => string.Create(CultureInfo.InvariantCulture, $"{progress.Processes} of {progress.Total} processes{progress.Stage switch
    {
        ScanStage.Filtering => " filtered",
        ScanStage.Grouping => " put into groups",
        _ => string.Empty,
    }}");

    /// <summary>What the scan itself took: page references and memory.</summary>
    public static string Details(ScanResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.PageReferences} page references read; at most {SizeText.InSentence(result.PeakMemory)} taken by the scan itself");

    /// <summary>What is missing from the figures: the unreadable processes, and the engine's warnings.</summary>
    public static IEnumerable<string> Warnings(ScanResult result) =>
        result.Unreadable.Count > 0 ? result.Warnings.Prepend(Unreadable(result.Unreadable, FromFigures)) : result.Warnings;

    /// <summary>What is missing from a report.</summary>
    /// <param name="result">The report.</param>
    /// <param name="where">Where processes are missing that no scan tells of.</param>
    public static IEnumerable<string> Warnings(ReportResult result, string where)
    {
        IEnumerable<string> unreadable = result.Scan is { Unreadable.Count: > 0 } scan ? [Unreadable(scan.Unreadable, FromFigures)] : [];
        IEnumerable<string> unread = Unread(result.Unread, where) is string missing ? [missing] : [];
        return [.. unreadable, .. result.Warnings, .. unread];
    }

    /// <summary>Names the processes that do not answer, and says where they are missing; null when there are none.</summary>
    public static string? Unread(IReadOnlyList<(MemProcess Process, string Reason)> unread, string where) =>
        unread.Count > 0 ? Unreadable([.. unread.Select(one => new UnreadableProcess(one.Process, one.Reason))], where) : null;

    /// <summary>Names the unreadable processes, and says where they are missing.</summary>
    public static string Unreadable(IReadOnlyList<UnreadableProcess> unreadable, string where)
    {
        IEnumerable<string> named = unreadable
            .Take(NamedAtMost)
            .Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Process.Id} ({VisibleText.InMessage(u.Process.Comm)}): {VisibleText.InMessage(u.Reason)}"));
        string are = unreadable.Count == 1 ? "is" : "are";
        string rest = unreadable.Count > NamedAtMost
            ? string.Create(CultureInfo.InvariantCulture, $"; and {unreadable.Count - NamedAtMost} more")
            : string.Empty;
        string names = string.Join("; ", named);
        return $"{Processes(unreadable.Count)} could not be read and {are} {where}: {names}{rest}";
    }

    /// <summary>The count with the word in singular or plural.</summary>
    public static string Processes(int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "process" : "processes")}");

    private static string Duration(TimeSpan time) =>
        time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + " s";
}
