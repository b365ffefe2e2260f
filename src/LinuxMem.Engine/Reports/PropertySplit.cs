using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits by a property of processes, such as command name, executable, user or control group.</summary>
public sealed class PropertySplit : Split
{
    private readonly ProcessProperty property;
    private readonly Func<MemProcess, object?> key;

    /// <summary>Splits by a property.</summary>
    /// <param name="name">Its name, heading or predicate, in any case, such as <c>ParentId</c> or <c>ppid</c>.</param>
    /// <exception cref="LinuxMemException">There is no such property, or reports cannot be split by it.</exception>
    public PropertySplit(string name)
    {
        property = ProcessProperties.Find(name) is { Key: not null } known
            ? known
            : throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{name}' is not a property to split by. Give one of {string.Join(", ", Names)}.", name);
        key = property.Key!;
    }

    /// <summary>The names of the properties that reports can be split by.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. from property in ProcessProperties.All where property.Key is not null select property.Name];

    /// <inheritdoc/>
    public override string Name => property.Name;

    /// <inheritdoc/>
    public override ProcessFacts Facts => property.Facts;

    /// <inheritdoc/>
    internal override string? Caveat(IReadOnlyList<MemProcess> processes) =>
        property.Name == nameof(MemProcess.User) ? processes.FirstOrDefault()?.UsersCaveat : null;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
    {
        if (property.CutKey?.Invoke(process) is (string cut, string name))
        {
            return GroupKey.Of(cut, name) with { IsBounded = true };
        }

        if (key(process) is not object value)
        {
            return new GroupKey(null, EnvironmentSplit.NotSet);
        }

        return GroupKey.Of(value, property.KeyName?.Invoke(process) ?? Convert.ToString(value, CultureInfo.InvariantCulture)!) with
        {
            Identity = property.KeyIdentity is null ? value : property.KeyIdentity(process),
            LongerNames = property.LongerKeyNames is null ? null : () => property.LongerKeyNames(process),
        };
    }
}
