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
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        key(process) switch
        {
            null => new GroupKey(null, EnvironmentSplit.NotSet),
            DateTime time => new GroupKey(time, time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            var value => GroupKey.Of(value, Convert.ToString(value, CultureInfo.InvariantCulture)!),
        };
}
