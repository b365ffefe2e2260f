namespace LinuxMem.Cli;

/// <summary>The exit codes of the command.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>It failed, or what was asked for is not there: a process, a name, a tree, a snapshot.</summary>
    public const int Failed = 1;

    /// <summary>What was typed is wrong, whatever the machine has.</summary>
    public const int WrongUsage = 2;

    /// <summary>128 + the signal number, as shells do.</summary>
    public const int Interrupted = 130;

    /// <inheritdoc cref="Interrupted"/>
    public const int Terminated = 143;

    /// <inheritdoc cref="Interrupted"/>
    public const int HungUp = 129;
}
