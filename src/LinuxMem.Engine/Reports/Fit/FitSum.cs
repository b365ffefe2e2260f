using System.Globalization;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports.Fit;

/// <summary>What is left of each thing that limits, and the least of it. Sizes are bytes.</summary>
internal sealed record FitSum
{
    /// <summary>The least that is left when it holds what is to be expected.</summary>
    public required long Margin { get; init; }

    /// <summary>The least that is left when it holds what it may at the most.</summary>
    public required long MarginMost { get; init; }

    /// <summary>What leaves least.</summary>
    public required string LimitedBy { get; init; }

    /// <summary>Whether the shared memory is in the pool of huge pages.</summary>
    public required bool UsesPool { get; init; }

    /// <summary>What it takes of the memory that is not in the pool.</summary>
    public required long Needed { get; init; }

    /// <summary>The same at the most.</summary>
    public required long NeededMost { get; init; }

    /// <summary>A sentence for each thing that limits, and the verdict.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Adds up.</summary>
    public static FitSum Of(FitOptions asked, FitDemand demand, FitSupply supply)
    {
        var reasons = new List<string>();
        bool hasPool = supply.HugeSize > 0 && demand.Pages > 0 && supply.PoolPages >= demand.Pages;
        bool usesPool = asked.HugePages == FitHugePages.On || (asked.HugePages == FitHugePages.Try && hasPool);
        var limits = new List<(string Name, long Left, long LeftMost)>();
        if (asked.HugePages != FitHugePages.Off)
        {
            reasons.Add(Pool(demand, supply, usesPool));
        }

        if (usesPool)
        {
            long size = supply.HugeSize > 0 ? supply.HugeSize : demand.SharedMemory;
            long left = supply.HugeSize > 0 ? (supply.PoolPages - demand.Pages) * size : -demand.SharedMemory;
            limits.Add(("huge pages", left, left));
        }

        long inMemory = usesPool ? 0 : demand.SharedMemory;
        long needed = inMemory + demand.Private + (usesPool ? demand.TablesHuge : demand.Tables);
        long most = inMemory + demand.PrivateMost + (usesPool ? demand.TablesHuge : demand.TablesMost);
        limits.Add(("MemAvailable", supply.Available - needed, supply.Available - most));
        reasons.Add($"It takes {Text(needed)}{AtMost(needed, most)} of {Text(supply.Available)} that can be had without swapping, of which {Text(supply.Free)} are free{(needed > supply.Free && needed <= supply.Available ? $": {Text(needed - supply.Free)} of cache would be given up" : string.Empty)}.");
        if (supply.Cgroup is { } group)
        {
            limits.Add(("control group", group.Left - needed, group.Left - most));
            reasons.Add($"The control group {group.Path} has a limit of {Text(group.Limit)}, of which {Text(Math.Max(0, group.Left))} are left: {Text(group.Used)} are charged to it, {Text(group.Cache)} of that cache.");
        }

        if (supply.Commit is long commit)
        {
            limits.Add(("commit limit", commit - inMemory - demand.Private, commit - inMemory - demand.PrivateMost));
            reasons.Add($"The kernel does not overcommit (vm.overcommit_memory = 2): {Text(Math.Max(0, commit))} may still be promised.");
        }

        if (asked.IsOracle && supply.SegmentsLeft is long segments)
        {
            limits.Add(("kernel.shmall", segments - demand.SharedMemory, segments - demand.SharedMemory));
            reasons.Add($"kernel.shmall leaves {Text(segments)} for segments.");
        }

        if (asked.IsOracle && supply.SegmentMax < demand.SharedMemory)
        {
            reasons.Add($"kernel.shmmax is {Text(supply.SegmentMax.Value)}: the SGA would be several segments.");
        }

        // Most of all what is exceeded; of several, the one that is exceeded most.
        (string name, long margin, _) = limits.MinBy(limit => limit.Left);
        (string nameMost, long marginMost) = limits.Select(limit => (limit.Name, limit.LeftMost)).MinBy(limit => limit.LeftMost);
        string limitedBy = margin < 0 || marginMost >= 0 ? name : nameMost;
        reasons.Add(margin < 0 ? $"It does not fit: {Text(-margin)} are missing ({name})."
            : marginMost < 0 ? $"It fits as is to be expected, with {Text(margin)} left ({name}); at the most {Text(-marginMost)} would be missing ({nameMost})."
            : $"It fits: {Text(margin)} are left{(marginMost == margin ? string.Empty : $", {Text(marginMost)} at the least")} ({name}).");
        return new FitSum { Margin = margin, MarginMost = marginMost, LimitedBy = limitedBy, UsesPool = usesPool, Needed = needed, NeededMost = most, Reasons = reasons };
    }

    private static string Pool(FitDemand demand, FitSupply supply, bool usesPool) => supply.HugeSize == 0
        ? "The machine tells of no pool of huge pages."
        : string.Create(CultureInfo.InvariantCulture, $"The shared memory needs {demand.Pages} huge pages of {Text(supply.HugeSize)}; {supply.PoolPages} of the pool are free and not reserved{(usesPool ? string.Empty : ", so it is reckoned with base pages")}.");

    private static string AtMost(long needed, long most) => most == needed ? string.Empty : $" (at the most {Text(most)})";

    private static string Text(long bytes) => SizeText.InSentence(bytes);
}
