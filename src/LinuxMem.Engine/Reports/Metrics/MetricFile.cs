using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Reports.Metrics;

/// <summary>A file of metrics, such as node_exporter reads from its folder: replaced whole, by renaming, or not at all.</summary>
public static class MetricFile
{
    /// <summary>Who else may read it: whoever scrapes runs as a user of its own.</summary>
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The form that a file of that name has: what ends in <c>.prom</c> is for node_exporter.</summary>
    public static MetricForm FormOf(string path) => path.EndsWith(".prom", StringComparison.Ordinal) ? MetricForm.Prometheus : MetricForm.OpenMetrics;

    /// <summary>Writes the lines; readers see the file of before or the new one, never a part.</summary>
    /// <exception cref="LinuxMemException">It cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and the file is as it was.</exception>
    public static void Write(string path, IEnumerable<string> lines, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        string[] all = [.. lines];

        // The folder may lie on another user's file system, which need not answer.
        _ = AbandonableCall.Run(
            stop =>
            {
                WriteHere(path, all, stop);
                return true;
            },
            cancellation);
    }

    private static void WriteHere(string path, string[] lines, CancellationToken cancellation)
    {
        using WholeFile file = WholeFile.Create(path, force: true, kind: WholeFileKind.Metrics);
        try
        {
            using (var text = new StreamWriter(file.Stream, leaveOpen: true) { NewLine = "\n" })
            {
                foreach (string line in lines)
                {
                    text.WriteLine(line);
                }
            }

            File.SetUnixFileMode(file.Stream.SafeFileHandle, Mode);
        }
        catch (IOException e)
        {
            throw WholeFile.NotWritten(WholeFileKind.Metrics, path, e.Message, e);
        }

        file.Commit(cancellation);
    }
}
