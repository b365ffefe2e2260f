using System.Diagnostics;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Oracle;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Cgroups;

/// <summary>Real control groups, in the hierarchy of the memory controller of whichever version is mounted.</summary>
[Beside(Company.Sessions)]
public sealed class CgroupTests(StagingGround ground) : StagedTests(ground)
{
    private const long MiB = 1 << 20;
    private const long Limit = 64 * MiB;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("anon", "exec {workload} anon {pages} write 0 {pages} 1", 60)]
    [InlineData("shmem", "head -c {bytes} /dev/zero > {shm}; echo ready; read end", 60)]
    [InlineData("file", "head -c {bytes} /dev/zero > {file}; echo ready; read end", 128)]
    public void A_group_at_its_limit_tells_what_fills_it(string kind, string script, int mebibytes)
    {
        string file = Ground.NewName("cache"), shm = $"/dev/shm/linuxmem-{Guid.NewGuid():N}";
        (string mount, bool unified) = Mount();
        using var outer = new StagedControlGroup(mount);
        outer.Write(unified ? "memory.max" : "memory.limit_in_bytes", $"{Limit}");
        try
        {
            using Process process = Start(outer, script
                .Replace("{workload}", Ground.Program, StringComparison.Ordinal).Replace("{pages}", $"{mebibytes * MiB / Page}", StringComparison.Ordinal)
                .Replace("{bytes}", $"{mebibytes * MiB}", StringComparison.Ordinal).Replace("{shm}", shm, StringComparison.Ordinal).Replace("{file}", file, StringComparison.Ordinal));
            try
            {
                MemCgroup group = Find(outer.Name, scan: true);

                Assert.Equal(kind, group.Mostly);
                Assert.Equal((Limit, outer.Name), (group.Limit, group.LimitPath));
                Assert.InRange(group.LimitPercent!.Value, 90, 100);
                Assert.InRange(group.Left!.Value, 0, Limit / 10);
                Assert.Equal("OK", group.Status);
                Assert.Contains(process.Id, group.ProcessIds);
                Assert.InRange(group.Peak!.Value, group.Current!.Value - MiB, Limit);

                // Our count has what processes hold: the anonymous memory, and neither cache nor a file that nobody has open.
                Assert.InRange(group.MemHeld!.Value, kind == "anon" ? mebibytes * MiB : 0, kind == "anon" ? Limit + (16 * MiB) : 16 * MiB);
                if (kind == "file")
                {
                    Assert.InRange(group.LimitHits!.Value, 1, long.MaxValue);
                }
            }
            finally
            {
                process.StandardInput.Close();
                process.WaitForExit(Deadline);
            }
        }
        finally
        {
            File.Delete(file);
            File.Delete(shm);
        }
    }

    [Fact]
    public void The_limit_of_a_group_around_binds()
    {
        (string mount, bool unified) = Mount();
        Assert.SkipWhen(unified, "Not tested: groups with processes and groups below them are made in version 1.");
        using var outer = new StagedControlGroup(mount);
        using var inner = new StagedControlGroup(outer.Folder);
        outer.Write("memory.limit_in_bytes", $"{Limit}");
        inner.Write("memory.limit_in_bytes", $"{4 * Limit}");
        using Process process = Start(inner, "echo ready; read end");
        try
        {
            MemCgroup group = Find(outer.Name + inner.Name, scan: false);

            Assert.Equal((Limit, outer.Name), (group.Limit, group.LimitPath));
            Assert.Null(group.MemHeld);
        }
        finally
        {
            process.StandardInput.Close();
            process.WaitForExit(Deadline);
        }
    }

    [Fact]
    public void A_snapshot_tells_the_same()
    {
        (string mount, bool unified) = Mount();
        using var outer = new StagedControlGroup(mount);
        outer.Write(unified ? "memory.max" : "memory.limit_in_bytes", $"{Limit}");
        string path = Ground.NewName("snapshot");
        using Process process = Start(outer, $"exec {Ground.Program} anon 4096 write 0 4096 1");
        try
        {
            MemCgroup live = Find(outer.Name, scan: true);
            MemSnapshot.Write(new SnapshotOptions { Path = path, SkipOracle = true });
            MemCgroup recorded = CgroupReport.Read(new CgroupOptions { ProcRoot = path }).Groups.Single(group => group.Path == outer.Name);

            Assert.Equal((live.Name, live.Procs, live.MemHeld, live.Limit, live.LimitPath, live.Anon), (recorded.Name, recorded.Procs, recorded.MemHeld, recorded.Limit, recorded.LimitPath, recorded.Anon));
            Assert.Equal((live.Version, "OK"), (recorded.Version, recorded.Status));
            MachineResult machine = MachineReport.Read(new MachineOptions { ProcRoot = path });
            Assert.Contains(machine.Parts, part => part.Part == "huge pages, used" && part.Source.StartsWith("/sys/kernel/mm/hugepages", StringComparison.Ordinal));
            Assert.Equal(MachineReport.Read(new MachineOptions { SkipScan = true }).Parts.Sum(part => part.Bytes ?? 0), machine.Parts.Sum(part => part.Bytes ?? 0));
        }
        finally
        {
            process.StandardInput.Close();
            process.WaitForExit(Deadline);
        }
    }

    [Fact]
    public void A_group_too_deep_for_a_snapshot_is_told()
    {
        const int Depth = 130;
        (string mount, _) = Mount();
        using var outer = new StagedControlGroup(mount);
        string[] below = [.. Enumerable.Range(1, Depth).Select(depth => outer.Folder + string.Concat(Enumerable.Repeat("/d", depth)))];
        string path = Ground.NewName("snapshot");
        try
        {
            Array.ForEach(below, folder => Directory.CreateDirectory(folder));
            using Process process = Start(outer, "echo ready; read end");
            try
            {
                File.WriteAllText($"{below[^1]}/cgroup.procs", $"{process.Id}");

                SnapshotResult written = MemSnapshot.Write(new SnapshotOptions { Path = path, SkipOracle = true });

                Assert.Contains(written.Warnings, warning => warning.StartsWith("1 of the control groups is not in the snapshot, where all of them may be 16,384 and take 4 MiB: ", StringComparison.Ordinal));
                outer.Add(process.Id);
                Assert.DoesNotContain(MemSnapshot.Write(new SnapshotOptions { Path = path, SkipOracle = true, Force = true }).Warnings, warning => warning.Contains("control groups", StringComparison.Ordinal));
            }
            finally
            {
                process.StandardInput.Close();
                process.WaitForExit(Deadline);
            }
        }
        finally
        {
            Array.ForEach([.. below.Reverse().Where(Directory.Exists)], Directory.Delete);
        }
    }

    [Fact]
    public void A_copy_of_proc_has_names_and_our_count_alone()
    {
        using var copy = new ProcCopy();
        copy.Add(10).Write("cgroup", "4:memory:/small\n0::/\n");
        copy.Add(11).Write("cgroup", "0::/system.slice/a.service\n");

        CgroupResult result = CgroupReport.Read(new CgroupOptions { ProcRoot = copy.Root, SkipScan = true });

        Assert.Equal(["/small", "/system.slice/a.service"], result.Groups.Select(group => group.Path).Order(StringComparer.Ordinal));
        Assert.Equal(["/small", "a.service"], result.Groups.Select(group => group.Name).Order(StringComparer.Ordinal));
        Assert.All(result.Groups, group => Assert.Equal((null, null, null, "not known: a copy of /proc has nothing of control groups but their names"), (group.Current, group.Limit, group.Anon, group.Status)));
    }

    /// <summary>Starts a shell in a control group, and waits until its script has said that it is ready.</summary>
    private Process Start(StagedControlGroup group, string script)
    {
        Ground.Require();
        Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"read go; {script}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        group.Add(process.Id);
        process.StandardInput.WriteLine("go");
        process.StandardInput.Flush();
        using var late = new CancellationTokenSource(Deadline);
        while (process.StandardOutput.ReadLineAsync(late.Token).AsTask().GetAwaiter().GetResult() is string line && line != "ready")
        {
        }

        return process;
    }

    private static MemCgroup Find(string path, bool scan) =>
        CgroupReport.Read(new CgroupOptions { SkipScan = !scan }).Groups.Single(group => group.Path == path);

    private static (string Mount, bool Unified) Mount()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Not tested: making control groups needs root.");
        MountInfoFile[] mounts = [.. File.ReadLines("/proc/self/mountinfo").Select(line => MountInfoFile.ParseLine(System.Text.Encoding.Latin1.GetBytes(line))).OfType<MountInfoFile>()];
        MountInfoFile? first = mounts.FirstOrDefault(mount => mount.FileSystem == "cgroup" && mount.SuperOptions.Split(',').Contains("memory"));
        MountInfoFile? second = mounts.FirstOrDefault(mount => mount.FileSystem == "cgroup2" && File.ReadAllText($"{mount.MountPoint}/cgroup.subtree_control").Contains("memory", StringComparison.Ordinal));
        Assert.SkipWhen(first is null && second is null, "Not tested: no control groups with the memory controller are mounted.");
        return (first ?? second!).MountPoint is string place ? (place, first is null) : default;
    }
}
