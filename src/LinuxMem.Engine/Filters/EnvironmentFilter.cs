using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary><c>env_k(K)</c> and <c>env_kv(K,V)</c>: processes started with a variable, or with a value of it.</summary>
public sealed class EnvironmentFilter : ProcessFilter
{
    private readonly TextPattern key;

    /// <summary>Looks for a variable.</summary>
    /// <param name="variable">Its name, exactly.</param>
    /// <param name="value">What its value is compared with; null for any.</param>
    public EnvironmentFilter(string variable, TextPattern? value = null)
    {
        ArgumentNullException.ThrowIfNull(variable);
        key = TextPattern.Literal(variable);
        Value = value;
    }

    /// <summary>The name of the variable.</summary>
    public string Variable => key.LiteralText!;

    /// <summary>What the value is compared with; null for any.</summary>
    public TextPattern? Value { get; }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Variables;

    /// <inheritdoc/>
    public override IEnumerable<string> Variables => [Variable];

    /// <inheritdoc/>
    /// <exception cref="LinuxMemException">The process is of a snapshot that does not tell the value asked for.</exception>
    public override bool Matches(MemProcess process, ProcessTree tree) =>
        process.Variable(Variable) is { Value: string value } variable
        && (Value is null || (variable.IsMasked ? throw Masked() : Value.Matches(value)));

    private LinuxMemException Masked() => new(
        LinuxMemError.InvalidArgument,
        $"The filter {this} cannot be answered: the snapshot was taken without the values of {Variable}. Take it with -IncludeEnvironment {Variable} (linuxmem: --include-environment {Variable}).",
        ToString());

    /// <inheritdoc/>
    public override string ToString() => Value is null ? $"env_k({key})" : $"env_kv({key},{Value})";

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EnvironmentFilter other && other.key.Equals(key) && Equals(other.Value, Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(key, Value);
}
