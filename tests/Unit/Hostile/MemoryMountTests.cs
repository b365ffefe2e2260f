using System.Runtime.InteropServices;
using System.Text.Json;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Mounts of file systems in memory: nobody hides those of others, and any number of them is gone through once.</summary>
public class MemoryMountTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public async Task A_process_with_a_root_of_its_own_does_not_hide_the_mounts_of_others()
    {
        const int Pages = 50;
        Ground.Require();
        string folder = Directory.CreateDirectory(Ground.NewName("jail")).FullName;
        using Workload jailed = Ground.StartHostile($"jailed {folder} {Pages}");
        (int jail, int held) = (jailed.Pids[0], jailed.Pids[1]);
        for (long deadline = Environment.TickCount64 + 10_000; ResidentPages(jail) < 10_000 && Environment.TickCount64 < deadline;)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        // The largest is read first: its mounts are the first of the namespace that are seen.
        using MemScan scan = MemScan.Begin(new ScanOptions { Threads = 1 });
        (IReadOnlyList<MemProcess> processes, _) = scan.Measure([.. scan.Table.Processes.Where(process => process.Id == jail || process.Id == held)]);

        Assert.Equal((Page, Page * Pages), (Of(jail), Of(held)));

        long? Of(int pid) => processes.Single(process => process.Id == pid).SharedMem;
    }

    [Fact]
    public async Task Any_number_of_mounts_and_of_objects_takes_as_many_steps_as_there_are_of_both()
    {
        const int Many = 30_000;
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10, maps: Lines(i => $"{i * 8192L:x}-{(i * 8192L) + 4096:x} rw-s 00000000 00:01 {i} /memfd:{i} (deleted)\n"));
        File.WriteAllBytes(Path.Combine(copy.Root, "10/pagemap.runs"), MemoryMarshal.AsBytes<ulong>([PageRun.Magic, 0, 0]));
        copy.Write("1/mountinfo", Lines(i => $"{i} 1 0:{100 + i} / /m{i} rw - tmpfs t rw\n"));
        copy.Write("linuxmem.json", JsonSerializer.Serialize(
            new SnapshotManifest
            {
                Version = SnapshotManifest.CurrentVersion,
                Kernel = "6.18.0",
                PageSize = 4096,
                MemoryDevices = [new RecordedDevice("00:01", ObjectHome.Kernel)],
                Objects = [.. Enumerable.Range(1, Many).Select(i => new RecordedObject { Minor = 1, Inode = (ulong)i, Home = ObjectHome.Kernel, Path = $"/memfd:{i}", IsMeasured = true, Size = 4096, Bytes = 4096, Resident = 4096, PageSize = 4096, IsRemoved = true })],
                Tmpfs = Enumerable.Range(1, Many).ToDictionary(i => i, _ => new TmpfsAnswer(string.Empty, new Statvfs.Usage(4096, 100, 90, 0, 0))),
            },
            SnapshotManifestJson.Default.SnapshotManifest));

        SharedMemoryResult result = await Task.Factory.StartNew(() => SharedObjects.Read(new SharedMemoryOptions { ProcRoot = copy.Root }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal((Many, Many), (result.Objects.Count(one => one.Kind == "Memfd"), result.Objects.Count(one => one.Kind == "Tmpfs")));

        static string Lines(Func<int, string> line) => string.Concat(Enumerable.Range(1, Many).Select(line));
    }

    [Fact]
    public void Lists_of_mounts_of_an_ordinary_user_are_read_up_to_a_bound_of_all_of_his_together()
    {
        const long List = 20 << 20;
        Ground.Require();
        string folder = Directory.CreateDirectory(Ground.NewName("mounts")).FullName;
        using Workload mounts = Ground.StartHostile($"many-mounts {folder} 3000 4 64977");
        Assert.Equal(5, mounts.Pids.Count);
        Assert.InRange(File.ReadAllBytes($"/proc/{mounts.Pids[^1]}/mountinfo").LongLength, List, 2 * List);
        long before = BytesRead();

        SharedMemoryResult result = SharedObjects.Read(new SharedMemoryOptions());

        // The devices of what they map and the files that nobody holds are looked for in these lists, each with a bound of its own.
        Assert.InRange(BytesRead() - before, 0, (2 * MountAllowance.MaxUser) + (16 << 20));
        string named = Assert.Single(result.Warnings, warning => warning.Contains("is longer than the 16 MiB that are read of a list of mounts of an ordinary user's", StringComparison.Ordinal));
        Assert.All(mounts.Pids, pid => Assert.Contains($"{pid} (", named, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_lists_of_mounts_as_much_is_read_as_their_user_and_all_users_are_allowed()
    {
        var allowance = new MountAllowance();
        Assert.Null(allowance.Begin(0));
        Assert.Null(allowance.Begin(null));

        Assert.Equal(15, Lines(1000));
        Assert.Equal(15, Lines(1000));
        Assert.Equal(1, Lines(1000));
        Assert.Equal(224, Enumerable.Range(1001, 15).Sum(uid => Lines((uint)uid)));
        Assert.Equal(0, Lines(2000));

        Assert.True(allowance.MayWait(1000));
        allowance.CountSilent(1000);
        Assert.True(allowance.MayWait(1000));
        allowance.CountSilent(1000);
        Assert.False(allowance.MayWait(1000));
        Assert.True(allowance.MayWait(1001));

        int Lines(uint uid)
        {
            Func<int, bool> allow = allowance.Begin(uid)!;
            return Enumerable.Range(0, 100).TakeWhile(_ => allow(1 << 20)).Count();
        }
    }

    /// <summary>What this process has read by calls, in bytes (<c>rchar</c>, proc_pid_io(5)).</summary>
    private static long BytesRead() => long.Parse(File.ReadLines("/proc/self/io").First()["rchar: ".Length..], System.Globalization.CultureInfo.InvariantCulture);

    private static long ResidentPages(int pid) => long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
