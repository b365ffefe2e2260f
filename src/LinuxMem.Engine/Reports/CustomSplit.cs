using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>
/// By a list of filters, tried in order: the first that matches takes the process; the rest is the group
/// <c>Other</c>.
/// </summary>
public sealed class CustomSplit : Split
{
    /// <summary>The name of the group of processes that no filter takes (its key is null).</summary>
    public const string OtherName = "Other";

    private static readonly GroupKey Other = new(null, OtherName);
    private readonly NamedFilter[] filters;

    /// <summary>Divides by filters.</summary>
    /// <param name="filters">The filters with the names of their groups; filters of the same name make one group.</param>
    /// <exception cref="LinuxMemException">There is no filter.</exception>
    public CustomSplit(IEnumerable<NamedFilter> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        this.filters = [.. filters];
        if (this.filters.Length == 0)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "A custom split has no filter. Give at least one, such as 'comm(sshd)'.", filters);
        }
    }

    /// <inheritdoc/>
    public override string Name => "Custom splitter";

    /// <inheritdoc/>
    public override ProcessFacts Facts => filters.Aggregate(ProcessFacts.None, (all, named) => all | named.Filter.Facts);

    /// <inheritdoc/>
    public override IEnumerable<string> Variables => filters.SelectMany(named => named.Filter.Variables);

    /// <inheritdoc/>
    public override IEnumerable<GroupKey> ExpectedGroups => filters.Select(KeyOf).Append(Other).Distinct();

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

    private static GroupKey KeyOf(NamedFilter named) => new(named.Name, named.Name);
}
