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
    public override IEnumerable<GroupKey> ExpectedGroups => names.Select(KeyOf).Append(Other).Distinct();

    /// <inheritdoc/>
    internal override bool IsRest(GroupKey key) => key.Equals(Other);

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        Array.Find(names, name => name.Matches(process)) is NameFilter found ? KeyOf(found) : Other;

    /// <inheritdoc/>
    internal override string? Caveat(IReadOnlyList<MemProcess> processes)
    {
        string[] missing = [.. names.Where(name => !name.HasWildcards && !processes.Any(name.Matches)).Select(name => name.Name)];
        string numbers = missing.Any(name => name.All(char.IsAsciiDigit)) ? " A number is taken for a name, too: process ids have an option of their own." : string.Empty;
        return missing.Length == 0
            ? null
            : $"There is no process of the name {string.Join(" or ", missing.Select(name => $"'{name}'"))}. Names are those of the kernel (comm), as 'ps -e' shows them.{numbers}";
    }

    private static GroupKey KeyOf(NameFilter name) => new(name.Name, name.Name);
}
