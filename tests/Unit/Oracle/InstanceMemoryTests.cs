using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Oracle;

/// <summary>What a scan counts of instances, against stand-ins whose memory is known.</summary>
[Beside(Company.Nobody)]
public sealed class InstanceMemoryTests : IDisposable
{
    private const long MiB = StandInInstance.MiB;

    private readonly string snapshot = Path.Combine(Path.GetTempPath(), $"linuxmem-{Guid.NewGuid():N}.tar.gz");

    public void Dispose() => File.Delete(snapshot);

    [Fact]
    public void Its_memory_is_that_of_the_stand_in_to_the_byte_also_in_a_snapshot()
    {
        Require();
        using HugePageReservation reserved = HugePageReservation.Take(6);
        using var staged = new StandInInstance("LMM1", hugePages: 4, files: 2);
        OracleInstance instance = Read("LMM1");

        // Segments of 8 MiB and of 4 huge pages, two files of 4 MiB; of these 3 MiB, 3 pages, and 1 MiB each are written.
        Assert.Equal((24 * MiB, 24 * MiB, 11 * MiB, 6 * MiB, 8 * MiB), (instance.Sga, instance.SharedSize, instance.SharedMem, instance.SharedHuge, instance.SharedFiles));
        Assert.Equal(("True", 3, 0L, null, null), (instance.LargePages, instance.Processes, instance.SwapHeld, instance.Container, instance.IpcNamespace));
        Assert.Equal(staged.Pids.Order(), instance.ProcessIds);
        Assert.Equal(staged.PageTables, instance.PageTables);
        Assert.InRange(instance.Private!.Value, 32 * MiB, 64 * MiB);
        using (MemScan scan = MemScan.Begin(new ScanOptions()))
        {
            MemGroup group = scan.Run(scan.Table.Processes, [new PidSplit([.. staged.Pids])]).Reports[0].Groups.Single(group => group.Key is not null);
            Assert.Equal((group.MemHeld, group.MemFreed, group.MemAnon, 11 * MiB), (instance.MemHeld, instance.MemFreed, instance.Private, group.SharedMem));
        }

        MemSnapshot.Write(new SnapshotOptions { Path = snapshot });
        Assert.Equal(Figures(instance), Figures(Read("LMM1", snapshot)));
        MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true, Force = true });
        Assert.Equal(Figures(instance), Figures(Read("LMM1", snapshot)));

        Outcome json = LinuxMemCommand.Run("oracle", "-o", "json");
        JsonElement row = JsonDocument.Parse(json.Output).RootElement.EnumerateArray().Single(row => row.GetProperty("sid").GetString() == "LMM1");
        Assert.Equal((instance.MemHeld, instance.MemFreed, 6 * MiB), (row.GetProperty("mem_held").GetInt64(), row.GetProperty("mem_freed").GetInt64(), row.GetProperty("shared_huge").GetInt64()));
        Assert.Contains($"linuxmem_oracle_shared_huge_bytes{{computer_name=\"{Environment.MachineName}\",sid=\"LMM1\"", LinuxMemCommand.Run("oracle", "-o", "openmetrics").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_would_free_is_what_comes_back_when_it_ends()
    {
        // What else runs on the machine takes and gives back, too, but not the same each time.
        const long Noise = 4 * MiB;
        Require();
        using HugePageReservation reserved = HugePageReservation.Take(24);
        var seen = new List<string>();
        for (int attempt = 0; attempt < 8; attempt++)
        {
            using var staged = new StandInInstance("LMM2", touched: 8, hugePages: 20, files: 8);
            long freed = Read("LMM2").MemFreed!.Value;
            Assert.InRange(freed, (8 + 38 + 8 + 32) * MiB, 110 * MiB);
            MemoryInUse before = MemoryInUse.Read();
            staged.End();
            MemoryInUse back = before - MemoryInUse.Read();

            // Nobody else has huge pages of the pool.
            Assert.Equal(38 * MiB, back.HugePages);
            if (Math.Abs(back.Sum - freed) <= Noise)
            {
                return;
            }

            seen.Add($"{back.Sum} came back of {freed}");
        }

        Assert.Fail(string.Join("; ", seen));
    }

    [Fact]
    public void One_name_in_two_IPC_namespaces_is_two_instances()
    {
        Require();
        Assert.SkipUnless(LinuxMemCommand.Start(["unshare", "--ipc", "true"]).ExitCode == 0, "Not tested: needs unshare (util-linux) and the right to it.");
        using var outside = new StandInInstance("LMM3", touched: 3);
        using var inside = new StandInInstance("LMM3", touched: 2, through: ["unshare", "--ipc"]);

        foreach (string? root in new[] { null, snapshot })
        {
            if (root is not null)
            {
                MemSnapshot.Write(new SnapshotOptions { Path = root });
            }

            Dictionary<int, OracleInstance> found = OracleReport.Read(new OracleReportOptions { ProcRoot = root, Wanted = sid => sid == "LMM3" }).Instances.ToDictionary(one => one.PmonPid);
            OracleInstance ours = found[outside.Pids[0]], theirs = found[inside.Pids[0]];

            Assert.Equal((8 * MiB, 8 * MiB, 3 * MiB, null), (ours.Sga, ours.SharedSize, ours.SharedMem, ours.IpcNamespace));
            Assert.Equal((8 * MiB, 8 * MiB, 2 * MiB, NamespaceOf(inside.Pids[0])), (theirs.Sga, theirs.SharedSize, theirs.SharedMem, theirs.IpcNamespace));
            Assert.Equal(outside.Pids.Order(), ours.ProcessIds);
            Assert.Equal(inside.Pids.Order(), theirs.ProcessIds);
            Assert.Equal((3, 3), (ours.Processes, theirs.Processes));
        }
    }

    [Fact]
    public void A_server_is_of_the_instance_that_it_is_called_by_whatever_its_environment_says()
    {
        Require();
        using var first = new StandInInstance("LMM4");
        using var second = new StandInInstance("LMM5");
        using Process server = Start("oracleLMM5 (LOCAL=NO)"), shell = Start("-bash");
        try
        {
            Dictionary<string, OracleInstance> found = OracleReport.Read(new OracleReportOptions { Wanted = sid => sid is "LMM4" or "LMM5" }).Instances.ToDictionary(one => one.Sid);

            Assert.Equal(first.Pids.Append(shell.Id).Order(), found["LMM4"].ProcessIds);
            Assert.Equal(second.Pids.Append(server.Id).Order(), found["LMM5"].ProcessIds);
            Assert.Equal((4, 4), (found["LMM4"].Processes, found["LMM5"].Processes));
        }
        finally
        {
            server.Kill();
            shell.Kill();
        }

        static Process Start(string name)
        {
            Process process = Process.Start("env", ["ORACLE_SID=LMM4", "bash", "-c", "exec -a \"$0\" sleep 600", name])!;
            Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{process.Id}/cmdline").StartsWith(name + "\0600", StringComparison.Ordinal), TimeSpan.FromSeconds(10)), "it did not start");
            return process;
        }
    }

    [Theory]
    [InlineData("table", "│ sid │")]
    [InlineData("csv", "sid,sga,pga,processes,large_pages,")]
    public void Without_an_instance_the_header_is_there(string form, string header)
    {
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10);

        Outcome outcome = LinuxMemCommand.Run("oracle", "--proc-root", copy.Root, "-o", form);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(header, outcome.Output, StringComparison.Ordinal);
    }

    private static OracleInstance Read(string name, string? root = null) =>
        Assert.Single(OracleReport.Read(new OracleReportOptions { ProcRoot = root, Wanted = sid => sid == name }).Instances);

    private static (long?, long?, long?, long?, long?, long?, long?, long?, long?, string?) Figures(OracleInstance one) =>
        (one.Sga, one.MemHeld, one.MemFreed, one.Private, one.PageTables, one.SharedSize, one.SharedMem, one.SharedHuge, one.SharedFiles, one.LargePages);

    private static long NamespaceOf(int pid) =>
        long.Parse(new FileInfo($"/proc/{pid}/ns/ipc").LinkTarget!.Split('[', ']')[1], CultureInfo.InvariantCulture);

    private static void Require() => Assert.SkipUnless(Environment.UserName == "root", "Not tested: only root may see the frames.");
}
