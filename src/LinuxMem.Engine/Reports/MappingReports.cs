using System.Globalization;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Reports what groups consist of.</summary>
public static class MappingReports
{
    /// <summary>Reads every process once, and those of the groups asked for by their mappings, too.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="processes">The processes to read, of <see cref="MemScan.Table"/>.</param>
    /// <param name="split">The groups. Those of a split of some processes against all others are asked for, the others are not.</param>
    /// <param name="options">What to show.</param>
    /// <exception cref="LinuxMemException">The split or an option is wrong, or the memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public static MappingResult Map(this MemScan scan, IReadOnlyList<MemProcess> processes, Split split, MappingOptions options)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Top is < 1)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"The number of lines of a group is {options.Top}; it must be 1 or more."), options.Top);
        }

        var naming = new GroupNaming(key => !split.IsRest(key), options.By == MappingLine.Kind);
        var found = new List<(MemGroup, IReadOnlyList<MemMapping>)>();
        ScanResult result = ScanReports.Run(scan, processes, [split], naming, Build, out _);
        return new MappingResult(found, result);

        void Build(MemReport report, IReadOnlyList<GroupPages> groups, ReportFacts facts)
        {
            using var arena = new FrameArena(facts.State.Budget);
            using MappingBuilder builder = new(groups, facts, arena);
            Dictionary<MemCounts, GroupPages> pages = groups.Where(group => group.Names is not null).ToDictionary(group => group.Counts!);
            foreach (MemGroup group in report.Groups)
            {
                if (pages.TryGetValue(group.Counts!, out GroupPages? of))
                {
                    group.Origin = scan.Table.Origin;
                    found.Add((group, builder.Build(group, of, options.Top)));
                }
            }
        }
    }
}
