using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits by names of programs: a group for each, the first that matches takes the process, the rest is the group <c>Other</c>.</summary>
public sealed class NameSplit : Split
{
    private static readonly GroupKey Other = new(null, CustomSplit.OtherName) { LongerNames = () => [$"{CustomSplit.OtherName} (no name)"] };
    private readonly NameFilter[] names;

    /// <summary>Splits by names.</summary>
    /// <exception cref="LinuxMemException">There is none.</exception>
    public NameSplit(IEnumerable<NameFilter> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        this.names = [.. names];
        if (this.names.Length == 0)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "There is no name of a program to split by. Give at least one, such as postgres.", names);
        }
    }

    /// <inheritdoc/>
    public override string Name => "Name";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override IEnumerable<GroupKey> ExpectedGroups(IReadOnlyList<MemProcess> processes) =>
        FindsNothing(processes) ? [] : names.Where(name => processes.Any(name.Matches)).Select(KeyOf).Append(Other).Distinct();

    /// <inheritdoc/>
    internal override bool FindsNothing(IReadOnlyList<MemProcess> processes) => !processes.Any(process => Array.Exists(names, name => name.Matches(process)));

    /// <inheritdoc/>
    internal override IEnumerable<MissingName> Missing(IReadOnlyList<MemProcess> processes, IReadOnlyList<MemProcess> listed) =>
        from name in names
        where !name.HasWildcards && !processes.Any(name.Matches)
        select new MissingName(name.Name, MissingName.OfProcess(name.Name, isFilteredOut: listed.Any(name.Matches)));

    /// <inheritdoc/>
    internal override bool IsRest(GroupKey key) => key.Equals(Other);

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        Array.Find(names, name => name.Matches(process)) is NameFilter found ? KeyOf(found) : Other;

    private static GroupKey KeyOf(NameFilter name) => CustomSplit.KeyOf(name.Name);
}
