using LinuxMem.Engine.Frames;
using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>How a scan counts by mapping, too.</summary>
/// <param name="IsWanted">Which groups of the first split are.</param>
/// <param name="ByKind">Whether mappings count by kind alone.</param>
internal sealed record GroupNaming(Func<GroupKey, bool> IsWanted, bool ByKind)
{
    /// <summary>The number of a split whose groups are, too, but of private huge pages alone; null for none.</summary>
    public int? HugePagesOf { get; init; }

    /// <summary>Where a group's pages by name come together; null for a group of which none are wanted.</summary>
    /// <param name="key">The group.</param>
    /// <param name="split">The number of its split.</param>
    /// <param name="names">The names of the scan.</param>
    /// <param name="budget">What they count against.</param>
    public NamedPages? PagesOf(GroupKey key, int split, MappingNames names, MemoryBudget budget) =>
        split == 0 && IsWanted(key) ? new NamedPages(budget)
        : split == HugePagesOf ? new NamedPages(budget) { Wants = number => names[number].Kind == MappedKind.HugePages }
        : null;
}
