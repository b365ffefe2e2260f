using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary><c>true()</c> and <c>false()</c>: every process, or none.</summary>
public sealed class ConstantFilter : ProcessFilter
{
    private ConstantFilter(bool value) => Value = value;

    /// <summary>Matches every process.</summary>
    public static ConstantFilter True { get; } = new(true);

    /// <summary>Matches no process.</summary>
    public static ConstantFilter False { get; } = new(false);

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    internal bool Value { get; }

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => Value;

    /// <inheritdoc/>
    public override string ToString() => Value ? "true()" : "false()";
}
