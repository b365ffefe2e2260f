using System.Globalization;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.MemGroups;

/// <summary>By a property of the process, such as its name, its program, its user or its control group.</summary>
public sealed class PropertySplit : Split
{
    private static readonly Property[] Known =
    [
        new("Id", ProcessFacts.None, process => process.Id),
        new("ParentId", ProcessFacts.None, process => process.ParentId),
        new("Uid", ProcessFacts.Owner, process => process.Uid),
        new("RealUid", ProcessFacts.Status, process => process.RealUid),
        new("Gid", ProcessFacts.Owner, process => process.Gid),
        new("User", ProcessFacts.Owner, process => process.User),
        new("Comm", ProcessFacts.None, process => process.Comm),
        new("CommandLine", ProcessFacts.CommandLine, process => process.CommandLine),
        new("Exe", ProcessFacts.Exe, process => process.Exe),
        new("Cgroup", ProcessFacts.Cgroup, process => process.Cgroup is string path ? CgroupName.Of(path) : null),
        new("StartTime", ProcessFacts.None, process => process.StartTime),
    ];

    private readonly Property property;

    /// <summary>Divides by a property.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <exception cref="LinuxMemException">There is no such property.</exception>
    public PropertySplit(string name)
    {
        property = Array.Find(Known, known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{name}' is not a property to split by. Give one of {string.Join(", ", Names)}.", name);
    }

    /// <summary>The properties that processes can be divided by.</summary>
    public static IReadOnlyList<string> Names { get; } = Known.Select(known => known.Name).ToArray();

    /// <inheritdoc/>
    public override string Name => property.Name;

    /// <inheritdoc/>
    public override ProcessFacts Facts => property.Facts;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        property.Value(process) switch
        {
            null => new GroupKey(null, EnvironmentSplit.NotSet),
            DateTime time => new GroupKey(time, time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            var value => new GroupKey(value, Convert.ToString(value, CultureInfo.InvariantCulture)!),
        };

    private sealed record Property(string Name, ProcessFacts Facts, Func<MemProcess, object?> Value);
}
