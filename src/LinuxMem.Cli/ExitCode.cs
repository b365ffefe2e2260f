namespace LinuxMem.Cli;

/// <summary>The exit codes of the command.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    public const int Failed = 1;

    public const int WrongUsage = 2;

    /// <summary>128 + the signal number, as shells do.</summary>
    public const int Interrupted = 130;

    /// <inheritdoc cref="Interrupted"/>
    public const int Terminated = 143;

    /// <inheritdoc cref="Interrupted"/>
    public const int HungUp = 129;
}
