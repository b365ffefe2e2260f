using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;

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
    internal override string? Caveat(IReadOnlyList<MemProcess> processes)
    {
        bool isMasked = false;
        var cut = new List<MemProcess>();
        foreach (MemProcess process in processes)
        {
            EnvironmentVariable found = process.Variable(variable);
            isMasked |= found.IsMasked;
            if (found.IsCut)
            {
                cut.Add(process);
            }
        }

        string masked = isMasked
            ? $"The snapshot was taken without the values of {variable}: the processes that have it are one group, {Masked}. Take it with -IncludeEnvironment {variable} (linuxmem: --include-environment {variable}) to tell them apart."
            : string.Empty;
        string unread = cut.Count > 0
            ? $"{variable} may be set where it is shown as {NotSet}: the environment of {Named(cut)} is longer than the 8 MiB that are read of it."
            : string.Empty;
        return isMasked || cut.Count > 0 ? string.Join(' ', new[] { masked, unread }.Where(text => text.Length > 0)) : null;
    }

    private static string Named(List<MemProcess> processes)
    {
        const int MaxNamed = 5;
        string names = string.Join(", ", processes.Take(MaxNamed).Select(process => VisibleText.ForTerminal(process.ToString())));
        return $"{(processes.Count == 1 ? "process" : "processes")} {names}{(processes.Count > MaxNamed ? string.Create(CultureInfo.InvariantCulture, $" and {processes.Count - MaxNamed} more") : string.Empty)}";
    }
}
