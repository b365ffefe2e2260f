using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>By the value of an environment variable; processes that do not have it are a group of their own.</summary>
public sealed class EnvironmentSplit : Split
{
    /// <summary>The name shown for the processes that do not have the variable (their key is null).</summary>
    public const string NotSet = "(not set)";

    /// <summary>The name and key of the processes whose value a snapshot does not tell.</summary>
    public const string Masked = "(masked)";

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
    public override ProcessFacts Facts => ProcessFacts.Variables;

    /// <inheritdoc/>
    public override IEnumerable<string> Variables => [variable];

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        process.Variable(variable) switch
        {
            { IsReadable: false } => null,
            { IsMasked: true } => new GroupKey(Masked, Masked),
            { Value: string value } => new GroupKey(value, value),
            _ => new GroupKey(null, NotSet),
        };

    /// <inheritdoc/>
    internal override string? Caveat(IReadOnlyList<MemProcess> processes) =>
        processes.Any(process => process.Variable(variable).IsMasked)
            ? $"The snapshot was taken without the values of {variable}: the processes that have it are one group, {Masked}. Take it with -IncludeEnvironment {variable} (linuxmem: --include-environment {variable}) to tell them apart."
            : null;
}
