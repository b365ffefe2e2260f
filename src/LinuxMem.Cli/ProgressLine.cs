using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Cli;

/// <summary>
/// A line on the terminal that tells how far the scan has come; none where standard error is not a terminal,
/// and none for scans that are over before anyone wonders.
/// </summary>
internal sealed class ProgressLine(TextWriter error) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.1);
    private readonly bool onTerminal = !Console.IsErrorRedirected;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan next = Timeout;
    private int shown;

    /// <summary>Shows how far the scan is, at most ten times a second.</summary>
    public void Show(ScanProgress progress)
    {
        if (!onTerminal || clock.Elapsed < next)
        {
            return;
        }

        next = clock.Elapsed + Interval;
        Replace(string.Create(CultureInfo.InvariantCulture, $"Scanning: {progress.Processes} of {progress.Total} processes"));
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (shown > 0)
        {
            Replace(string.Empty);
            error.Write('\r');
        }
    }

    private void Replace(string text)
    {
        error.Write($"\r{text.PadRight(shown)}");
        shown = text.Length;
    }
}
