using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>What the groups of splits share.</summary>
/// <param name="Reports">For each split its title, and what its groups share: each with anyone, then each two; largest first.</param>
/// <param name="Scan">The scan, with the groups.</param>
public sealed record SharingResult(IReadOnlyList<(string Split, IReadOnlyList<MemSharing> Lines)> Reports, ScanResult Scan);

/// <summary>Reports what groups share.</summary>
public static class SharingReports
{
    /// <summary>Reads every process once, and tells what each two groups of a split share.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="processes">The processes to read, of <see cref="MemScan.Table"/>.</param>
    /// <param name="splits">The reports to make.</param>
    /// <exception cref="LinuxMemException">A split is wrong, or the memory limit would be passed.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public static SharingResult Share(this MemScan scan, IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var reports = new List<(string, IReadOnlyList<MemSharing>)>();
        ScanResult result = ScanReports.Run(
            scan,
            processes,
            splits,
            naming: null,
            (report, groups, facts) => reports.Add((report.Split, SharingBuilder.Build(report, groups, facts, scan.Table.Origin))),
            out _);
        return new SharingResult(reports, result);
    }
}
