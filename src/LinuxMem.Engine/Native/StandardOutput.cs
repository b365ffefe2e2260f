namespace LinuxMem.Engine.Native;

/// <summary>The standard output of the program.</summary>
public static class StandardOutput
{
    private const int STDOUT_FILENO = 1;

    /// <summary>
    /// True when nobody reads it any more (<c>| head</c>, a terminal that was closed). .NET takes what is written then without a word, so
    /// that what has no end of its own has to ask.
    /// </summary>
    public static bool IsReaderGone() => Poll.IsReaderGone(STDOUT_FILENO);
}
