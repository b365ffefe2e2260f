using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Cli;

/// <summary>
/// Standard output and error in UTF-8 whatever the locale, without the terminal set-up of <see cref="Console.Out"/>.
/// When the reader has gone away (<c>| head</c>), output ends without an error.
/// </summary>
internal sealed class StandardStreams : IDisposable
{
    public StandardStreams()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Out = new StreamWriter(Console.OpenStandardOutput(), utf8, 1 << 12) { NewLine = "\n" };
        Error = new StreamWriter(Console.OpenStandardError(), utf8, 256) { NewLine = "\n", AutoFlush = true };
    }

    /// <summary>Standard output, for data.</summary>
    public StreamWriter Out { get; }

    /// <summary>Standard error, for what holds no name of anybody's: the progress line, the parser of arguments.</summary>
    public StreamWriter Error { get; }

    /// <summary>
    /// Writes a line to standard error. Here what does not print is escaped, line breaks too, whoever made the names in it.
    /// </summary>
    public void Say(string line) => Error.WriteLine(VisibleText.ForTerminal(line));

    /// <summary>Drops data that was not flushed: it is left over from output that failed.</summary>
    public void Dispose() => Error.Dispose();
}
