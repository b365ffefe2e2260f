using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.MemGroups;

/// <summary>
/// By a list of filters, tried in order: the first that matches takes the process; the rest is the group
/// <c>Other</c>.
/// </summary>
public sealed class CustomSplit : Split
{
    /// <summary>The name of the group of processes that no filter takes (its key is null).</summary>
    public const string OtherName = "Other";

    private static readonly GroupKey Other = new(null, OtherName);
    private readonly (GroupKey Key, ProcessFilter Filter)[] filters;

    /// <summary>Divides by filters.</summary>
    /// <param name="filters">The filters with the names of their groups; filters of the same name make one group.</param>
    /// <exception cref="LinuxMemException">There is no filter.</exception>
    public CustomSplit(IEnumerable<KeyValuePair<string, ProcessFilter>> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        this.filters = filters.Select(pair => (new GroupKey(pair.Key, pair.Key), pair.Value)).ToArray();
        if (this.filters.Length == 0)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "A custom split has no filter. Give at least one, such as 'comm(sshd)'.", filters);
        }
    }

    /// <inheritdoc/>
    public override string Name => "Custom splitter";

    /// <inheritdoc/>
    public override ProcessFacts Facts => filters.Aggregate(ProcessFacts.None, (all, pair) => all | pair.Filter.Facts);

    /// <inheritdoc/>
    public override IEnumerable<string> Variables => filters.SelectMany(pair => pair.Filter.Variables);

    /// <inheritdoc/>
    public override IEnumerable<GroupKey> ExpectedGroups => filters.Select(pair => pair.Key).Append(Other).Distinct();

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
    {
        foreach ((GroupKey key, ProcessFilter filter) in filters)
        {
            if (filter.Matches(process, tree))
            {
                return key;
            }
        }

        return Other;
    }
}
