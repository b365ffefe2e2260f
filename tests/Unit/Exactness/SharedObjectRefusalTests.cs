using System.Globalization;
using System.Text.Json;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>Shared memory objects that are refused, that go away, that are none, or that look like another.</summary>
public class SharedObjectRefusalTests(StagingGround ground) : StagedTests(ground)
{
    /// <summary>Pages of shared memory in which the staging program notes the segments it has made.</summary>
    private const long Ledger = 1;

    [Fact]
    public void Refused_objects_count_by_page_tables_and_the_capability_is_named()
    {
        Rights.RequireSetPriv();
        Rights.RequireFrameNumbers();
        using Workload workload = Ground.Start("shared 300 write 0 200 1 unmap 0 100");
        workload.Stop();
        string[] without = ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"];
        Assert.SkipUnless(LinuxMemCommand.Start([.. without, "head", "-c", "8", $"/proc/{workload.Pid}/pagemap"]).ExitCode == 0, "Not tested: this kernel wants CAP_SYS_PTRACE for page maps, too.");

        Outcome outcome = LinuxMemCommand.Start([.. without, .. LinuxMemCommand.Words, "processes", "-f", $"pid({workload.Pid})", "-o", "json"]);

        Assert.Equal(0, outcome.ExitCode);
        JsonElement process = Assert.Single(JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray());
        Assert.Equal(0, process.GetProperty("shared_mem").GetInt64());
        Assert.Equal(process.GetProperty("mem_rss").GetInt64(), process.GetProperty("mem_held").GetInt64());
        Assert.Equal(IndependentCount.Read(workload.Pid).Frames.Count * (long)Page, process.GetProperty("mem_rss").GetInt64());
        Assert.Contains("Shared memory of 1 process could not be measured", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("it takes CAP_SYS_PTRACE)", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_that_go_away_while_they_are_read_are_none_and_no_error()
    {
        using Workload workload = Ground.StartHostile("memfd-churn");
        for (int i = 0; i < 100; i++)
        {
            MemGroup group = Held(workload.Pids);
            long others = group.SharedMem!.Value - (100L * Page);
            Assert.True(others is 0 or > 0 && others % Page == 0 && others <= 20L * Page, $"look {i}: {group.SharedMem} bytes");
        }
    }

    [Fact]
    public void A_block_device_that_is_mapped_is_never_opened()
    {
        Assert.SkipUnless(Command.Exists("losetup") && Command.Exists("strace"), "Not tested: there is no losetup or strace.");
        string image = Ground.NewName("image");
        File.WriteAllBytes(image, new byte[64 * Page]);
        string? device = null;
        try
        {
            try
            {
                device = Command.Run("losetup", "--find", "--show", "--read-only", image).Trim();
            }
            catch (InvalidOperationException e)
            {
                Assert.Skip($"Not tested: no loop device can be had here: {e.Message}");
            }

            // Where something is swapped out the pages in memory are counted, for which an object is opened.
            using SwapArea area = SwapArea.Activate(Ground);
            using Workload workload = Ground.Start($"device {device} 0 16 read 0 16 1 anon 100 write 0 100 1 advise pageout 0 100 shared 20 write 0 20 1");
            workload.Stop();
            string trace = Ground.NewName("trace");

            Outcome outcome = LinuxMemCommand.Start(["strace", "-f", "-qq", "-o", trace, "-e", "trace=open,openat,openat2", .. LinuxMemCommand.Words, "processes", "-f", $"pid({workload.Pid})", "-o", "json"]);

            Assert.Equal(0, outcome.ExitCode);
            string mapped = Mapped(workload.Pid, device);
            string[] opened = [.. File.ReadLines(trace).Where(line => line.Contains("map_files", StringComparison.Ordinal))];
            Assert.NotEmpty(opened);
            Assert.DoesNotContain(opened, line => line.Contains(mapped, StringComparison.Ordinal) && !line.Contains("O_PATH", StringComparison.Ordinal));
            JsonElement process = Assert.Single(JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray());
            Assert.Equal(20L * Page, process.GetProperty("shared_mem").GetInt64());
            Assert.Equal(IndependentCount.Read(workload.Pid).Frames.Count * (long)Page, process.GetProperty("mem_rss").GetInt64());
        }
        finally
        {
            if (device is not null)
            {
                Command.Run("losetup", "--detach", device);
            }
        }
    }

    [Fact]
    public void A_file_of_an_overlay_over_tmpfs_counts_by_page_tables_and_its_pages_once()
    {
        string lower = Directory.CreateDirectory(Ground.NewName("lower")).FullName, merged = Directory.CreateDirectory(Ground.NewName("merged")).FullName;
        string memory = Directory.CreateDirectory(Ground.NewName("memory")).FullName;
        Command.Run("mount", "-t", "tmpfs", "-o", "size=16m", "linuxmem-test", memory);
        try
        {
            Directory.CreateDirectory($"{memory}/upper");
            Directory.CreateDirectory($"{memory}/work");
            try
            {
                Command.Run("mount", "-t", "overlay", "linuxmem-test", "-o", $"lowerdir={lower},upperdir={memory}/upper,workdir={memory}/work", merged);
            }
            catch (InvalidOperationException e)
            {
                Assert.Skip($"Not tested: no overlay can be mounted here: {e.Message}");
            }

            try
            {
                using Workload over = Ground.Start($"make-file {merged}/held 200 file {merged}/held 200 write 0 150 1");
                using Workload under = Ground.Start($"file {memory}/upper/held 200 read 0 150 1");
                over.Stop();
                under.Stop();

                MemGroup alone = Held(over.Pids), object_ = Held(under.Pids), both = Held([.. over.Pids, .. under.Pids]);

                Assert.Equal(0, alone.SharedMem);
                Assert.Equal(150L * Page, object_.SharedMem);
                Assert.Equal(150L * Page, both.SharedMem);
                Assert.Equal(Distinct(over.Pids), alone.MemHeld);
                Assert.Equal(Distinct([.. over.Pids, .. under.Pids]), both.MemRss);
                Assert.Equal(Distinct([.. over.Pids, .. under.Pids]), both.MemHeld);
            }
            finally
            {
                Command.Run("umount", "-l", merged);
            }
        }
        finally
        {
            Command.Run("umount", "-l", memory);
        }
    }

    [Fact]
    public void An_object_of_pages_of_1_GiB()
    {
        using HugePageReservation reservation = HugePageReservation.Take(1, kibibytes: 1 << 20);
        using Workload workload = Ground.Start("hugetlb-giant-shared 1 write 5 1 1 fork end");
        workload.Stop();

        MemGroup group = Held(workload.Pids);

        Assert.Equal(1L << 30, group.SharedMem);
        Assert.Equal(1L << 30, group.MemShared);
        Assert.Equal(1L << 30, Assert.Single(SharedObjects.Read(new SharedMemoryOptions()).Objects, one => one.Pids.Contains(workload.Pid) && one.PageSize == 1L << 30).Rss);
    }

    [Fact]
    public void A_segment_with_the_inode_number_of_a_memfd_is_another_object()
    {
        using Workload memfd = Ground.Start("memfd 200 write 0 150 1");
        string line = File.ReadLines($"/proc/{memfd.Pid}/maps").Single(text => text.Contains("/memfd:staged", StringComparison.Ordinal));
        string inode = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        Assert.SkipUnless(File.Exists("/proc/sys/kernel/shm_next_id"), "Not tested: this kernel does not let the number of a segment be chosen.");
        File.WriteAllText("/proc/sys/kernel/shm_next_id", inode);
        using Workload segment = Ground.Start("sysv 40 write 0 30 1");
        Assert.SkipUnless(segment.Segments[0].ToString(CultureInfo.InvariantCulture) == inode, "Not tested: the segment got another number.");
        memfd.Stop();
        segment.Stop();

        MemGroup both = Held([.. memfd.Pids, .. segment.Pids]);

        Assert.Equal(150L * Page, Held(memfd.Pids).SharedMem);
        Assert.Equal((150L + 30 + Ledger) * Page, both.SharedMem);
        Assert.Equal(30L * Page, both.ShmMem);
    }

    private static long Distinct(IEnumerable<int> pids) => pids.SelectMany(pid => IndependentCount.Read(pid).Frames).Distinct().LongCount() * Page;

    /// <summary>The name in map_files of the mapping of a file.</summary>
    private static string Mapped(int pid, string file)
    {
        string range = File.ReadLines($"/proc/{pid}/maps").First(line => line.EndsWith(' ' + file)).Split(' ')[0];
        return string.Join('-', range.Split('-').Select(side => side.TrimStart('0')));
    }

    private static MemGroup Held(IReadOnlyCollection<int> pids)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions());
        ScanResult result = scan.Run([.. scan.Table.Processes.Where(process => pids.Contains(process.Id))], [new WholeSplit()]);
        Assert.Empty(result.Warnings);
        Assert.Empty(ReportRules.Violations(result.Reports[0]));
        return result.Reports[0].Groups[0];
    }
}
