using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits by the value of an environment variable; processes without the variable are one group.</summary>
public sealed class EnvironmentSplit : Split
{
    /// <summary>The name of the group of processes without the variable (its key is null).</summary>
    public const string NotSet = GroupKey.NotSet;

    /// <summary>The name and key of the group of processes whose value the snapshot does not contain.</summary>
    public const string Masked = GroupKey.Masked;

    /// <summary>Not the group of those whose value is that text.</summary>
    private static readonly GroupKey MaskedKey = new(Masked, Masked) { Identity = typeof(EnvironmentSplit), LongerNames = () => [] };

    private readonly string variable;

    /// <summary>Splits by a variable.</summary>
    /// <exception cref="LinuxMemException">The name is empty or contains <c>=</c> or NUL, which no variable name
    /// can.</exception>
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
            { IsMasked: true } => MaskedKey,
            { Value: string value } => GroupKey.Of(value, value),
            _ => new GroupKey(null, NotSet),
        };

    /// <inheritdoc/>
    internal override string? Caveat(IReadOnlyList<MemProcess> processes) =>
        processes.Any(process => process.Variable(variable).IsMasked)
            ? $"The snapshot was taken without the values of {variable}: the processes that have it are one group, {Masked}. Take it with -IncludeEnvironment {variable} (linuxmem: --include-environment {variable}) to tell them apart."
            : null;
}
