using System.Diagnostics;
using System.Text.Json;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Hostile;

namespace LinuxMem.Unit.Html;

/// <summary>One scan tells all that a report shows, and each part is what the command for it alone tells.</summary>
public sealed class OverviewTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-overview-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Pages_are_read_once_for_all_parts_of_a_report()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Not tested: it takes root.");
        using Process monitor = StartMonitor();
        try
        {
            int scans = 0;
            using MemScan scan = MemScan.Begin(new ScanOptions
            {
                IncludeOpenFiles = true,
                Progress = progress => scans += progress is { Stage: ScanStage.Grouping, Processes: 0 } ? 1 : 0,
            });

            OverviewResult overview = scan.Overview(scan.Table.Processes, MachineOverview.DefaultSplits);

            Assert.Equal(1, scans);
            OracleInstance instance = Assert.Single(overview.Oracle, one => one.PmonPid == monitor.Id);
            Assert.Equal(Assert.Single(overview.Processes, process => process.Id == monitor.Id).MemHeld, instance.MemHeld);
            Assert.NotEmpty(overview.HugePages);
        }
        finally
        {
            monitor.Kill();
            monitor.WaitForExit(10_000);
        }
    }

    [Fact]
    public void A_snapshot_is_opened_once_and_its_parts_are_what_each_command_tells()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Directory.Exists("/dev/shm"), "Not tested: it takes root and /dev/shm.");
        using Process monitor = StartMonitor();
        int segment = HugeSegment.Create(64 << 10);
        try
        {
            string file = Path.Combine(folder, "s.tar.gz");
            MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true, Filter = FilterParser.Parse($"pid({monitor.Id})") });
            string[] alone = [Text(OracleReport.Read(new OracleReportOptions { ProcRoot = file }).Instances), Text(PostgresReport.Read(new PostgresOptions { ProcRoot = file }).Instances), Text(HugePageReport.Read(new HugePageOptions { ProcRoot = file }).Pools), Text(MachineReport.Read(new MachineOptions { ProcRoot = file }).Parts)];

            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = file, IncludeOpenFiles = true });
            File.Delete(file);
            OverviewResult overview = scan.Overview(scan.Table.Processes, MachineOverview.DefaultSplits);

            Assert.Contains(overview.Shared, one => one.Kind == "SysV" && one.Inode == segment);
            Assert.NotNull(Assert.Single(overview.Oracle).MemHeld);
            Assert.Equal<string[]>(alone, [Text(overview.Oracle), Text(overview.Postgres), Text(overview.HugePages), Text(overview.Parts)]);
        }
        finally
        {
            HugeSegment.Remove(segment);
            monitor.Kill();
            monitor.WaitForExit(10_000);
        }

        static string Text<T>(IReadOnlyList<T> rows) => JsonSerializer.Serialize(rows).Replace("a report of the whole machine runs no programs", "read from a snapshot that was taken without asking", StringComparison.Ordinal);
    }

    /// <summary>A process that calls itself as an instance's process monitor.</summary>
    private static Process StartMonitor()
    {
        Process monitor = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", "exec -a ora_pmon_OVERVIEW cat"]) { RedirectStandardInput = true })!;
        long deadline = Environment.TickCount64 + 10_000;
        while (!File.ReadAllText($"/proc/{monitor.Id}/cmdline").StartsWith("ora_pmon_OVERVIEW", StringComparison.Ordinal))
        {
            Assert.True(Environment.TickCount64 < deadline, "bash did not become the monitor.");
            Thread.Sleep(10);
        }

        return monitor;
    }
}
