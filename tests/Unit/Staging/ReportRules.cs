using LinuxMem.Engine.Reports;

namespace LinuxMem.Unit.Staging;

/// <summary>What holds for every report of every machine, whatever the figures are.</summary>
internal static class ReportRules
{
    /// <summary>The rules that a report breaks, in words.</summary>
    public static IEnumerable<string> Violations(MemReport report)
    {
        string title = $"split '{report.Split}'";
        long sum = report.Groups.Sum(g => g.MemPss!.Value);
        if (sum != report.MemMapped)
        {
            yield return $"{title}: the MemPss column adds up to {sum}, MemMapped is {report.MemMapped}";
        }

        if (!report.Groups.Zip(report.Groups.Skip(1)).All(pair => pair.First.MemHeld >= pair.Second.MemHeld))
        {
            yield return $"{title}: groups are not sorted by MemHeld";
        }

        foreach (MemGroup group in report.Groups)
        {
            string name = $"{title}, group {group.GroupName}";
            if (group.Split != report.Split)
            {
                yield return $"{name}: Split is '{group.Split}'";
            }

            if (!(group.MemUss <= group.MemPss && group.MemPss <= group.MemRss))
            {
                yield return $"{name}: not MemUss {group.MemUss} <= MemPss {group.MemPss} <= MemRss {group.MemRss}";
            }

            if (group.SharedMem is null ? group.MemHeld != group.MemRss + group.ShmMem : group.MemHeld != group.MemRss - group.MemShared + group.SharedMem || group.MemRss != group.MemAnon + group.MemFile + group.MemShared)
            {
                yield return $"{name}: MemHeld {group.MemHeld} is not MemRss {group.MemRss} - MemShared {group.MemShared} + SharedMem {group.SharedMem}, or MemRss not MemAnon {group.MemAnon} + MemFile {group.MemFile} + MemShared";
            }

            if (group.MemFreed - (group.PageTables ?? 0) > group.MemHeld || group.SharedUss > group.SharedMem || group.ShmMem > group.SharedMem || group.ShmSwap > group.SharedSwap || group.SwapHeld != group.SwapRss + group.SharedSwap)
            {
                yield return $"{name}: more comes back (MemFreed {group.MemFreed}, page tables {group.PageTables}) than is held ({group.MemHeld}), or a part of shared memory is larger than its whole";
            }

            if (group.MemAnon > group.MemRss || group.SwapAnon > group.SwapRss || group.SwapUss > group.SwapRss || group.ShmUss > group.ShmMem)
            {
                yield return $"{name}: a part is larger than its whole";
            }

            if (new[] { group.MemRss, group.MemAnon, group.MemUss, group.SwapRss, group.SwapAnon, group.SwapUss, group.ShmMem, group.ShmSwap, group.ShmUss }.Any(v => v < 0 || v % IndependentCount.PageSize != 0))
            {
                yield return $"{name}: a figure is negative or no whole number of pages";
            }
        }

        if (report.Groups.Select(g => (g.Key, g.GroupName)).Distinct().Count() != report.Groups.Count)
        {
            yield return $"{title}: a group comes twice";
        }
    }
}
