namespace LinuxMem.Engine.Processes;

/// <summary>What is known of one variable of a process's environment.</summary>
/// <param name="IsReadable">False where the environment cannot be read.</param>
/// <param name="IsMasked">True when it is set, to a value that the snapshot does not tell.</param>
/// <param name="Value">The value; null when it is not set, or not known to be.</param>
internal readonly record struct EnvironmentVariable(bool IsReadable, bool IsMasked, string? Value);
