namespace LinuxMem.Help;

/// <summary>A page is not what it should be.</summary>
/// <param name="file">The page.</param>
/// <param name="line">The line, from 1.</param>
/// <param name="message">What was expected there.</param>
internal sealed class PageException(string file, int line, string message) : Exception($"{file}({line}): error HELP: {message}")
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;
}
