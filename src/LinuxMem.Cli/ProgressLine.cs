using System.Diagnostics;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;

namespace LinuxMem.Cli;

/// <summary>
/// The progress line on the terminal. Not shown when standard error is not a terminal, nor for short scans.
/// </summary>
internal sealed class ProgressLine(TextWriter error) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.1);
    private readonly bool onTerminal = !Console.IsErrorRedirected;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan next = Timeout;
    private int shown;

    /// <summary>Shows the progress, at most ten times a second.</summary>
    public void Show(ScanProgress progress)
    {
        if (!onTerminal || clock.Elapsed < next)
        {
            return;
        }

        next = clock.Elapsed + Interval;
        Replace($"Scanning: {ScanNotices.Done(progress)}");
    }

    /// <summary>Erases the line.</summary>
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
