using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Hosts;

/// <summary>The messages after a snapshot was written, the same in both hosts.</summary>
internal static class SnapshotNotices
{
    /// <summary>The file, its size and the time taken; in parentheses what is missing from it.</summary>
    public static string Written(SnapshotResult result)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote {ScanNotices.Processes(result.Processes)} to {result.Path} ({SizeText.InSentence(result.Size)}) in {result.Elapsed.TotalSeconds:0.000} s");
        return result.Vanished + result.Unreadable.Count == 0
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text} ({result.Vanished} ended meanwhile, {result.Unreadable.Count} unreadable)");
    }

    /// <summary>Names the processes whose pages are not in the snapshot; null when there are none.</summary>
    public static string? Unreadable(SnapshotResult result) =>
        result.Unreadable.Count > 0 ? ScanNotices.Unreadable(result.Unreadable, "in the snapshot only by name") : null;
}
