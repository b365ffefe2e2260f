using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Families;

/// <summary>
/// Reads a family by mapping and by kind, and holds the lines of each group to what must be true of any of them: their PSS
/// adds up to the group's RSS, and no line has more than its group.
/// </summary>
internal static class FamilyLines
{
    private static readonly (MappingLine By, PagemapMode Mode, int Threads)[] Ways = [(MappingLine.Mapping, PagemapMode.Auto, 2), (MappingLine.Kind, PagemapMode.Plain, 1)];

    /// <summary>Reads the lines in each way.</summary>
    /// <param name="pids">The family.</param>
    /// <param name="division">Its groups.</param>
    public static IEnumerable<(string Way, MappingResult Result)> Read(IReadOnlyList<int> pids, RandomGroups division)
    {
        foreach ((MappingLine by, PagemapMode mode, int threads) in Ways)
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { PagemapMode = mode, Threads = threads });
            yield return ($"live by {by}, {mode}, {threads} threads", scan.Map(scan.Table.Processes.Where(process => pids.Contains(process.Id)).ToList(), division, new MappingOptions { By = by }));
        }
    }

    /// <summary>Looks at the lines of all groups; returns how many figures there were.</summary>
    public static int Compare(string way, MappingResult result, string division, List<string> differences)
    {
        int compared = 0;
        foreach ((MemGroup group, IReadOnlyList<MemMapping> lines) in result.Groups)
        {
            Holds("the MemPss of the lines adds up to MemRss", lines.Sum(line => line.MemPss!.Value) == group.MemRss);
            Holds("MemUss of the lines is part of the group's", lines.Sum(line => line.MemUss!.Value) <= group.MemUss);
            Holds("MemAnon of the lines has the group's in it", lines.Sum(line => line.MemAnon!.Value) >= group.MemAnon);
            Holds("SwapRss of the lines has the group's in it", lines.Sum(line => line.SwapRss!.Value) >= group.SwapRss);
            Holds("no two lines show the same", lines.Select(line => line.Mapping).Distinct().Count() == lines.Count);
            foreach (MemMapping line in lines)
            {
                Holds($"{line.Mapping}: MemUss <= MemPss <= MemRss <= the group's", line.MemUss <= line.MemPss && line.MemPss <= line.MemRss && line.MemRss <= group.MemRss);
                Holds($"{line.Mapping}: MemAnon and SwapRss <= the group's", line.MemAnon <= group.MemAnon && line.SwapRss <= group.SwapRss);
            }

            void Holds(string what, bool holds)
            {
                compared++;
                if (!holds)
                {
                    differences.Add($"{way}: {division}: group {group.Key}: not true: {what}");
                }
            }
        }

        return compared;
    }
}
