namespace LinuxMem.Cli;

/// <summary>How the command ends.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    public const int Failed = 1;

    public const int WrongUsage = 2;

    /// <summary>128 + the number of the signal, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <inheritdoc cref="Interrupted"/>
    public const int Terminated = 143;

    /// <inheritdoc cref="Interrupted"/>
    public const int HungUp = 129;
}
