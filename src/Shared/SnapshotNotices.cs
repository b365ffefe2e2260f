using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Hosts;

/// <summary>What there is to say of a snapshot that was written.</summary>
internal static class SnapshotNotices
{
    /// <summary>What was written, how large it is and how long it took; in brackets what is not in it.</summary>
    public static string Written(SnapshotResult result)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote {ScanNotices.Processes(result.Processes)} to {VisibleText.ForTerminal(result.Path)} ({SizeText.Megabytes(result.Size)}) in {result.Elapsed.TotalSeconds:0.000} s");
        return result.Vanished + result.Unreadable.Count == 0
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text} ({result.Vanished} ended meanwhile, {result.Unreadable.Count} unreadable)");
    }

    /// <summary>The processes of which the snapshot has no pages; null when there are none.</summary>
    public static string? Unreadable(SnapshotResult result) =>
        result.Unreadable.Count > 0 ? ScanNotices.Unreadable(result.Unreadable, "in the snapshot only by name") : null;
}
