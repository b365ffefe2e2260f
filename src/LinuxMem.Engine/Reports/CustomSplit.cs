using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>
/// Splits by a list of filters, tried in order: a process belongs to the first that matches, or else to the group
/// <c>Other</c>.
/// </summary>
public sealed class CustomSplit : Split
{
    /// <summary>The name of the group of processes that no filter matches (its key is null).</summary>
    public const string OtherName = "Other";

    private static readonly GroupKey Other = new(null, OtherName) { LongerNames = () => [$"{OtherName} (no filter)"] };
    private readonly NamedFilter[] filters;

    /// <summary>Splits by filters.</summary>
    /// <param name="filters">The filters and the names of their groups; filters with the same name share a
    /// group, unless an identity tells them apart.</param>
    /// <param name="name">The title of the report; null for that of filters that somebody wrote.</param>
    /// <exception cref="LinuxMemException">The list is empty.</exception>
    public CustomSplit(IEnumerable<NamedFilter> filters, string? name = null)
    {
        Name = name ?? "Custom splitter";
        ArgumentNullException.ThrowIfNull(filters);
        this.filters = [.. filters];
        if (this.filters.Length == 0)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "A custom split has no filter. Give at least one, such as 'comm(sshd)'.", filters);
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override ProcessFacts Facts => filters.Aggregate(ProcessFacts.None, (all, named) => all | named.Filter.Facts);

    /// <inheritdoc/>
    public override IEnumerable<string> Variables => filters.SelectMany(named => named.Filter.Variables);

    /// <inheritdoc/>
    public override IEnumerable<GroupKey> ExpectedGroups(IReadOnlyList<MemProcess> processes) => filters.Select(KeyOf).Append(Other).Distinct();

    /// <inheritdoc/>
    public override void Verify(ProcessTable table) => Array.ForEach(filters, named => named.Filter.Verify(table));

    /// <inheritdoc/>
    internal override bool IsRest(GroupKey key) => key.Equals(Other);

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
    {
        foreach (NamedFilter named in filters)
        {
            if (named.Filter.Matches(process, tree))
            {
                return KeyOf(named);
            }
        }

        return Other;
    }

    /// <summary>The key of a group that somebody named: of two that are called Other the rest says more, and this one stays as it is.</summary>
    internal static GroupKey KeyOf(string name) => name == OtherName ? new GroupKey(name, name) { LongerNames = () => [] } : new GroupKey(name, name);

    private static GroupKey KeyOf(NamedFilter named) => named.Identity is null ? KeyOf(named.Name) : new GroupKey(named.Name, named.Name)
    {
        Identity = named.Identity,
        LongerNames = named.LongerNames is null ? null : () => named.LongerNames,
    };
}
