using System.Globalization;
using System.Text.Json;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>A kernel or a machine that does not give what is asked for.</summary>
[Beside(Company.Sessions)]
public class RefusalTests(StagingGround ground) : StagedTests(ground)
{
    [Theory]
    [InlineData("pagemap", false)]
    [InlineData("maps", false)]
    [InlineData("environ", true)]
    public void A_file_that_is_refused_names_the_process_and_changes_nothing_else(string file, bool byEnvironment)
    {
        PrivateMounts.Require();
        using Workload refused = Ground.StartHostile("hold 300", stage: "a");
        using Workload read = Ground.StartHostile("hold 200", stage: "b");
        Hold.Check(read.Pid);
        long rss = Hold.Measure(read.Pid).MemRss!.Value;
        string split = byEnvironment ? "-e " + Workload.StageVariable : "";

        // A device on a file system without devices is refused to everybody; root cannot be refused these files otherwise.
        Outcome outcome = PrivateMounts.Run($"mount -t tmpfs -o nodev none $d; mknod $d/refused c 1 3; mount --bind $d/refused /proc/{refused.Pid}/{file}; "
            + $"\"$@\" groups {split} -o json -f 'or(pid({refused.Pid}),pid({read.Pid}))'");

        Assert.Equal(0, outcome.ExitCode);
        JsonElement group = Assert.Single(JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray());
        Assert.Equal((1, rss), (group.GetProperty("procs").GetInt32(), group.GetProperty("mem_rss").GetInt64()));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{refused.Pid} (hostile)"), outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Permission denied", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(string.Create(CultureInfo.InvariantCulture, $"{read.Pid} (hostile)"), outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_proc_hides_the_processes_of_others_one_sees_ones_own()
    {
        PrivateMounts.Require();
        using Workload others = Ground.StartHostile("hold 10");
        using Workload own = Ground.StartHostile("hold-as 65534 10");

        Outcome outcome = PrivateMounts.Run("mount -t proc -o hidepid=2 none $d; setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\" processes --list-only -o json --proc-root $d");

        Assert.Equal(0, outcome.ExitCode);
        int[] seen = [.. JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray().Select(process => process.GetProperty("pid").GetInt32())];
        Assert.Contains(own.Pid, seen);
        Assert.DoesNotContain(others.Pid, seen);
        Assert.DoesNotContain(1, seen);
    }

    [Fact]
    public void Where_proc_hides_the_processes_of_others_root_sees_all()
    {
        PrivateMounts.Require();
        using Workload workload = Ground.StartHostile("hold-as 65534 300");
        long rss = Hold.Measure(workload.Pid).MemRss!.Value;

        Outcome outcome = PrivateMounts.Run($"mount -t proc -o hidepid=2 none $d; \"$@\" processes -o json --proc-root $d -f 'pid({workload.Pid})'");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(rss, Assert.Single(JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray()).GetProperty("mem_rss").GetInt64());
    }

    [Fact]
    public void More_processes_than_descriptors_are_all_read()
    {
        Ground.Require();
        Assert.SkipUnless(Command.Exists("prlimit"), "Not tested: there is no prlimit (util-linux).");
        var workloads = new List<Workload>();
        try
        {
            for (int i = 0; i < 80; i++)
            {
                workloads.Add(Ground.StartHostile("hold 3", stage: "many"));
            }

            Outcome outcome = LinuxMemCommand.Start(["prlimit", "--nofile=64", .. LinuxMemCommand.Words, "groups", "-e", Workload.StageVariable, "-t", "8", "-o", "json"]);

            Assert.Equal(0, outcome.ExitCode);
            JsonElement group = JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray().Single(g => g.GetProperty("group_name").GetString() == "many");
            Assert.Equal(160, group.GetProperty("procs").GetInt32()); // Each has a guard.
            Assert.DoesNotContain("Too many open files", outcome.Error, StringComparison.Ordinal);
        }
        finally
        {
            workloads.ForEach(workload => workload.Dispose());
        }
    }

    [Fact]
    public void Without_kpageflags_zero_pages_still_do_not_count()
    {
        PrivateMounts.Require();
        using Workload workload = Ground.Start("anon 600 write 0 100 1 read 100 300 1 huge 2 read 0 1 1", stage: "zero");
        Check(workload);
        long rss = Hold.Measure(workload.Pid).MemRss!.Value;

        Outcome outcome = PrivateMounts.Run($"mount --bind /dev/null /proc/kpageflags; \"$@\" processes -o json -f 'pid({workload.Pid})'");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(rss, Assert.Single(JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray()).GetProperty("mem_rss").GetInt64());
    }

    [Fact]
    public void Without_the_table_of_segments_they_are_counted_by_their_files()
    {
        PrivateMounts.Require();
        using Workload workload = Ground.Start("sysv 100 write 0 60 1 anon 50 write 0 50 1");
        workload.Stop();
        long rss = Hold.Measure(workload.Pid).MemRss!.Value;
        string process = string.Create(CultureInfo.InvariantCulture, $"pid({workload.Pid})");

        // An empty folder in its place: a kernel without SysV IPC has no /proc/sysvipc.
        Outcome groups = PrivateMounts.Run($"mkdir $d/none; mount --bind $d/none /proc/sysvipc; \"$@\" groups -o json -f '{process}'");
        Outcome shm = PrivateMounts.Run("mkdir $d/none; mount --bind $d/none /proc/sysvipc; \"$@\" shm -o json");

        Assert.Equal(0, groups.ExitCode);
        JsonElement group = Assert.Single(JsonDocument.Parse(groups.Output).RootElement.EnumerateArray());
        Assert.Equal((rss, 60 * 4096L), (group.GetProperty("mem_rss").GetInt64(), group.GetProperty("shm_mem").GetInt64()));
        Assert.Equal(1, shm.ExitCode);
        Assert.Empty(shm.Output);
        Assert.Contains("/proc/sysvipc/shm' cannot be read", shm.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_that_nobody_could_attach_is_listed()
    {
        Ground.Require();
        const long Largest = long.MaxValue;
        int id = HugeSegment.Create(unchecked((nuint)Largest));
        Assert.SkipWhen(id < 0, "Not tested: this kernel makes no segments of that size.");
        try
        {
            Outcome outcome = LinuxMemCommand.Run("shm", "-o", "json");

            Assert.Equal(0, outcome.ExitCode);
            JsonElement segment = JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray().Single(s => s.GetProperty("shmid").GetInt64() == id);
            Assert.Equal(Largest, segment.GetProperty("size").GetInt64());
            Assert.Equal(0, segment.GetProperty("rss").GetInt64());
        }
        finally
        {
            HugeSegment.Remove(id);
        }
    }
}
