using System.Text;

namespace LinuxMem.Cli;

/// <summary>
/// Standard output and error as UTF-8 whatever the locale, without the terminal set-up that
/// <see cref="Console.Out"/> brings. A reader that has gone away (<c>| head</c>) ends the output quietly.
/// </summary>
internal sealed class StandardStreams : IDisposable
{
    public StandardStreams()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Out = new StreamWriter(Console.OpenStandardOutput(), utf8, 1 << 14) { NewLine = "\n" };
        Error = new StreamWriter(Console.OpenStandardError(), utf8, 256) { NewLine = "\n", AutoFlush = true };
    }

    /// <summary>For data.</summary>
    public StreamWriter Out { get; }

    /// <summary>For warnings, progress and errors.</summary>
    public StreamWriter Error { get; }

    /// <summary>What was not flushed before is dropped: it belongs to an output that has failed.</summary>
    public void Dispose() => Error.Dispose();
}
