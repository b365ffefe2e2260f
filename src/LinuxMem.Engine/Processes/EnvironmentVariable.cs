namespace LinuxMem.Engine.Processes;

/// <summary>The state of one environment variable of a process.</summary>
/// <param name="IsReadable">False when the environment cannot be read.</param>
/// <param name="IsMasked">True when the variable is set, but the snapshot does not contain its value.</param>
/// <param name="Value">The value; null when it is not set or not known.</param>
internal readonly record struct EnvironmentVariable(bool IsReadable, bool IsMasked, string? Value)
{
    /// <summary>True when it is not known whether it is set: the environment goes on behind what is read of it.</summary>
    public bool IsCut { get; init; }
}
