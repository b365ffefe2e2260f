using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.MemGroups;

/// <summary>By the value of an environment variable; processes that do not have it are a group of their own.</summary>
public sealed class EnvironmentSplit : Split
{
    /// <summary>The name shown for the processes that do not have the variable (their key is null).</summary>
    public const string NotSet = "(not set)";

    private readonly string variable;

    /// <summary>Divides by a variable.</summary>
    /// <exception cref="LinuxMemException">The name is empty or holds <c>=</c> or NUL, which no variable's name can.</exception>
    public EnvironmentSplit(string variable)
    {
        if (string.IsNullOrWhiteSpace(variable) || variable.AsSpan().ContainsAny('=', '\0'))
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{variable}' cannot be the name of an environment variable: it is empty or holds '='. Give a name such as ORACLE_SID.", variable);
        }

        this.variable = variable;
    }

    /// <inheritdoc/>
    public override string Name => $"environment variable {variable}";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Environment;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        process.ReadableEnvironment is not { } environment ? null
        : environment.TryGetValue(variable, out string? value) ? new GroupKey(value, value)
        : new GroupKey(null, NotSet);
}
