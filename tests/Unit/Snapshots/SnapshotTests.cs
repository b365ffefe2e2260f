using System.Globalization;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Tmpfs;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Oracle;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Snapshots;

/// <summary>A snapshot gives the figures of the machine that it was taken on.</summary>
public class SnapshotTests(StagingGround ground) : StagedTests(ground)
{
    private const int Attempts = 5;

    /// <summary>Every kind of memory that a kernel without special settings has.</summary>
    private const string Layout = "anon 3000 write 0 2000 1 read 2000 1000 1 huge 3 write 0 2 512 huge 2 read 0 1024 1 shared 300 write 0 300 1 sysv 100 write 0 60 1 "
        + "sparse 100000000 write 0 50 2000000 anon 4000 write 0 1000 4 anon 200 write 0 200 1 stripe "
        + "fork uid 65534 select 0 write 0 500 1 select 3 read 0 100 1 end fork lone-thread end fork ipc-namespace sysv 40 write 0 30 1 uid 1000 end";

    private static readonly string[] User = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

    [Fact]
    public void Every_split_and_every_process_is_the_same()
    {
        using Workload workload = Ground.Start(Layout, stage: "here");
        using Workload other = Ground.Start("anon 50 write 0 50 1 fork end", stage: "there");
        workload.Stop();
        other.Stop();
        AssertSame([.. workload.Pids, .. other.Pids]);
    }

    [Fact]
    public void Objects_beyond_all_room_are_left_out_and_told_and_the_rest_can_be_read()
    {
        const int Many = 15_000;
        Ground.Require();
        using Workload many = Ground.StartHostile($"memfds {Many} 249");
        using Workload few = Ground.Start("uid 65534 shared 30 write 0 30 1", stage: "few");
        int[] pids = [.. many.Pids, .. few.Pids];
        string snapshot = Ground.NewName("snapshot");

        SnapshotResult written = MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true, Filter = FilterParser.Parse($"or({string.Join(',', pids.Select(pid => $"pid({pid})"))})") });

        Assert.Contains(written.Warnings, warning => warning.Contains("shared memory objects are not in the snapshot, where all of them together may take 12 MiB: the smallest of the users 0.", StringComparison.Ordinal));
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = snapshot });
        (IReadOnlyList<MemProcess> processes, _) = scan.Measure(scan.Table.Processes);
        long page = Environment.SystemPageSize;
        Assert.Equal(30 * page, processes.Single(process => process.Id == few.Pids[0]).SharedMem);
        Assert.InRange(processes.Single(process => process.Id == many.Pids[0]).SharedMem!.Value, Many / 4 * page, (Many - 1) * page);
    }

    [Fact]
    public void Swapped_pages_are_the_same()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        using Workload workload = Ground.Start("anon 2000 write 0 2000 1 advise pageout 0 1500 sysv 300 write 0 300 1 advise pageout 0 200 fork select 0 read 0 300 2 end");
        workload.Stop();
        AssertSame(workload.Pids);
    }

    [Fact]
    public void Huge_pages_are_the_same()
    {
        using HugePageReservation reserved = HugePageReservation.Take(12);
        using Workload workload = Ground.Start("hugetlb 3 write 0 3 512 hugetlb-shared 4 write 0 2 512 sysv-huge 4 write 0 2 512 fork select 0 write 0 1 512 end");
        workload.Stop();
        AssertSame(workload.Pids);
    }

    [Fact]
    public void An_ordinary_user_reads_the_tables_that_root_saw()
    {
        Rights.RequireSetPriv();
        using Workload workload = Ground.Start(Layout, stage: "here");
        workload.Stop();
        string file = Ground.NewName("snapshot");
        string filter = $"or({string.Join(',', workload.Pids.Select(pid => string.Create(CultureInfo.InvariantCulture, $"pid({pid})")))})";
        string[][] commands =
        [
            ["groups", "-f", filter, "-u", "-e", Workload.StageVariable, "-p", workload.Pid.ToString(CultureInfo.InvariantCulture), "-c", "comm(nosuch),uid(65534)", "--split-by", "Cgroup", "-o", "json"],
            ["processes", "-f", filter, "-o", "json"],
            ["shm"],
            ["tmpfs"],
        ];

        for (int attempt = 0; ; attempt++)
        {
            string[] before = Output(LinuxMemCommand.Words, commands, []);
            Outcome taken = LinuxMemCommand.Run("snapshot", file, "--force", "-i", Workload.StageVariable);
            Assert.Equal((0, string.Empty), (taken.ExitCode, taken.Output));
            Assert.Contains("Wrote ", taken.Error, StringComparison.Ordinal);
            string[] after = Output(LinuxMemCommand.Words, commands, []);
            if (!before.SequenceEqual(after) && attempt < Attempts)
            {
                continue;
            }

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            string folder = Directory.CreateDirectory(Ground.NewName("unpacked")).FullName;
            Command.Run("tar", "xzf", file, "-C", folder);
            Command.Run("chown", "-R", "65534", folder);
            Assert.Equal(after, Output([.. User, .. LinuxMemCommand.Words], commands, ["--proc-root", file]));
            Assert.Equal(after, Output([.. User, .. LinuxMemCommand.Words], commands, ["--proc-root", folder + "/memsnapshot"]));
            Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), ".linuxmem-*"));
            return;
        }
    }

    [Fact]
    public void Segments_and_mounts_are_the_same()
    {
        using Workload workload = Ground.Start("sysv 100 write 0 60 1 sysv 30 write 0 30 1 sysv-remove fork end");
        workload.Stop();
        string file = Take();

        string Segments(string? root) => string.Join('\n', ShmSegments.Read(new ShmOptions { ProcRoot = root, ShmIds = [.. workload.Segments.Select(id => (long)id)] }).Select(Text));
        Assert.NotEmpty(Segments(null));
        Assert.Equal(Segments(null), Segments(file));
        Assert.Equal(TmpfsTable.List(Machine.Open()).Select(Text), TmpfsTable.List(Machine.Open(file)).Select(Text));
    }

    [Fact]
    public void Oracle_answers_are_kept_and_without_them_nothing_is_run()
    {
        Rights.RequireSetPriv();
        Ground.Require();
        using var staged = new StagedInstance("SNAP1", behaviour: "sga=2000000000 pga=70000000 processes=99 large_pages=FALSE");
        string asked = Take();
        string skipped = Take(skipOracle: true);
        Directory.Delete(Path.Combine(staged.Home, "seen"), recursive: true);

        OracleInstance live = Assert.Single(OracleInstances.Read(new OracleOptions { ProcRoot = asked, Wanted = sid => sid == "SNAP1" }));
        Assert.Equal(("Open", 2000000000L, 70000000L, 99, staged.Home, staged.Pid), (live.Status, live.Sga, live.Pga, live.Processes, live.Home, live.PmonPid));
        OracleInstance unasked = Assert.Single(OracleInstances.Read(new OracleOptions { ProcRoot = skipped, Wanted = sid => sid == "SNAP1" }));
        Assert.Equal(("not asked: read from a snapshot that was taken without asking", null), (unasked.Status, unasked.Home));
        Assert.False(staged.WasRun);
    }

    [Fact]
    public void Values_of_the_environment_stay_at_home_unless_asked_for()
    {
        using Workload one = Ground.Start("anon 5 write 0 5 1", stage: "secret-one");
        using Workload two = Ground.Start("anon 7 write 0 7 1", stage: "secret-two");
        int[] pids = [one.Pid, two.Pid];
        string masked = Take();
        string folder = Directory.CreateDirectory(Ground.NewName("unpacked")).FullName;
        Command.Run("tar", "xzf", masked, "-C", folder);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(folder, "environ*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("secret-", StringComparison.Ordinal));

        ScanResult result = Scan(masked, pids, [new EnvironmentSplit(Workload.StageVariable)]);
        Assert.Equal((EnvironmentSplit.Masked, 2), result.Reports[0].Groups.Select(group => (group.GroupName, group.Procs)).Single());
        Assert.Contains(result.Warnings, warning => warning.Contains($"-IncludeEnvironment {Workload.StageVariable}", StringComparison.Ordinal));
        Assert.Empty(Scan(masked, pids, [new EnvironmentSplit("LINUXMEM_NOSUCH")]).Warnings);

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = masked });
        MemProcess process = scan.Table.Processes.Single(p => p.Id == one.Pid);
        Assert.Equal("***", process.Environment[Workload.StageVariable]);
        Assert.True(FilterParser.Parse($"env_k({Workload.StageVariable})").Matches(process, scan.Table.Tree));
        LinuxMemException refusal = Assert.Throws<LinuxMemException>(() => FilterParser.Parse($"env_kv({Workload.StageVariable},x)").Matches(process, scan.Table.Tree));
        Assert.Equal(LinuxMemError.InvalidArgument, refusal.Kind);

        string included = Take(include: name => name == Workload.StageVariable);
        result = Scan(included, pids, [new EnvironmentSplit(Workload.StageVariable), new EnvironmentSplit("PATH")]);
        Assert.Equal(["secret-one", "secret-two"], result.Reports[0].Groups.Select(group => group.GroupName).Order(StringComparer.Ordinal));
        Assert.Equal([EnvironmentSplit.Masked], result.Reports[1].Groups.Select(group => group.GroupName));
        Assert.Single(result.Warnings);
    }

    [Fact]
    public void A_filter_leaves_the_other_processes_out()
    {
        using Workload workload = Ground.Start("anon 50 write 0 50 1 fork end");
        string file = Take(filter: FilterParser.Parse($"pid({workload.Pids[1]})"));

        Assert.Equal([workload.Pids[1]], MemScan.Begin(new ScanOptions { ProcRoot = file }).Table.Processes.Select(process => process.Id));
    }

    [Fact]
    public void What_may_not_be_read_is_named_for_the_same_reason()
    {
        Ground.Require();
        using MemScan scan = MemScan.Begin(new ScanOptions());
        (int, string)[] live = [.. scan.Run(scan.Table.Processes, [new WholeSplit()]).Unreadable.Select(unreadable => (unreadable.Process.Id, unreadable.Reason))];
        Assert.SkipWhen(live.Length == 0, "Not tested: every process of this machine can be read.");

        ScanResult result = Scan(Take(), [.. live.Select(unreadable => unreadable.Item1)], [new WholeSplit()]);

        Assert.Equal(0, result.Scanned);
        Assert.Equal(live, result.Unreadable.Select(unreadable => (unreadable.Process.Id, unreadable.Reason)));
    }

    [Fact]
    public void Nothing_is_overwritten_or_followed_and_nothing_is_left_of_a_failure()
    {
        Rights.RequireFrameNumbers();
        Ground.Require();
        string folder = Directory.CreateDirectory(Ground.NewName("target")).FullName;
        string victim = Path.Combine(folder, "victim");
        File.WriteAllText(victim, "precious");
        string link = Path.Combine(folder, "link");
        File.CreateSymbolicLink(link, victim);
        string dangling = Path.Combine(folder, "dangling");
        File.CreateSymbolicLink(dangling, Path.Combine(folder, "nowhere"));
        string pipe = Path.Combine(folder, "pipe");
        Command.Run("mkfifo", pipe);

        LinuxMemError Kind(string path, bool force = false) => Assert.Throws<LinuxMemException>(() => MemSnapshot.Write(Options(path, force))).Kind;
        Assert.All([victim, link, dangling, pipe, folder], path => Assert.Equal(LinuxMemError.FileExists, Kind(path)));
        Assert.All([pipe, folder], path => Assert.Equal(LinuxMemError.FileExists, Kind(path, force: true)));
        Assert.Equal(LinuxMemError.FileNotWritten, Kind(Path.Combine(folder, "nosuch/file")));
        Assert.Equal(LinuxMemError.InvalidArgument, Kind(folder + "/"));
        using (var cancelled = new CancellationTokenSource())
        {
            cancelled.Cancel();
            Assert.Throws<OperationCanceledException>(() => MemSnapshot.Write(new SnapshotOptions { Path = Path.Combine(folder, "x"), SkipOracle = true, Cancellation = cancelled.Token }));
        }

        Assert.Equal(["dangling", "link", "pipe", "victim"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        // With -Force the link is replaced, and not what it leads to.
        MemSnapshot.Write(Options(link, force: true));
        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Null(new FileInfo(link).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(link));
    }

    [Fact]
    public void A_copy_cannot_be_taken_a_snapshot_of()
    {
        Ground.Require();
        string file = Take();

        LinuxMemException refusal = Assert.Throws<LinuxMemException>(() => MemSnapshot.Write(new SnapshotOptions { Path = Ground.NewName("second"), ProcRoot = file }));
        Assert.Equal(LinuxMemError.InvalidArgument, refusal.Kind);
    }

    private static SnapshotOptions Options(string path, bool force) => new() { Path = path, Force = force, SkipOracle = true };

    private static ScanResult Scan(string? root, IReadOnlyCollection<int> pids, IReadOnlyList<Split> splits, int threads = 1)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root, Threads = threads });
        return scan.Run(scan.Table.Processes.Where(process => pids.Contains(process.Id)).ToList(), splits);
    }

    private static string[] Output(IReadOnlyList<string> words, string[][] commands, string[] more) =>
    [
        .. commands.Select(command =>
        {
            Outcome outcome = LinuxMemCommand.Start([.. words, .. command, .. more]);
            Assert.True(outcome.ExitCode == 0, outcome.Error);

            // A snapshot is of its own time.
            return Regex.Replace(outcome.Output, "\"time\": \"[^\"]+\"", "\"time\": \"\"");
        }),
    ];

    /// <summary>All properties but the time and the tree, which are others in a snapshot.</summary>
    private static string Text(object thing)
    {
        System.Text.Json.Nodes.JsonObject json = System.Text.Json.JsonSerializer.SerializeToNode(thing, thing.GetType())!.AsObject();
        Assert.True(json.Remove("Time"));
        Assert.True(json.Remove("ProcRoot"));
        return json.ToJsonString();
    }

    private static string[] Lines(ScanResult result) =>
    [
        .. result.Reports.SelectMany(report => report.Groups.Select(g =>
            $"{report.Split}: {g.GroupName} {g.Procs} {g.MemRss} {g.MemAnon} {g.MemUss} {g.MemPss} {g.SwapAnon} {g.SwapRss} {g.SwapUss} {g.ShmMem} {g.ShmSwap} {g.ShmUss} {g.MemHeld} {g.MemFreed} {g.MemFile} {g.MemShared} {g.SharedMem} {g.SharedSwap} {g.SharedUss} {g.SwapHeld} {g.PageTables} {string.Join(',', g.ShmIds!)}").Order(StringComparer.Ordinal)),
    ];

    private string Take(Func<string, bool>? include = null, ProcessFilter? filter = null, bool skipOracle = false)
    {
        Rights.RequireFrameNumbers();
        string file = Ground.NewName("snapshot");
        MemSnapshot.Write(new SnapshotOptions { Path = file, IncludeEnvironment = include, Filter = filter, SkipOracle = skipOracle });
        return file;
    }

    private void AssertSame(IReadOnlyList<int> pids)
    {
        Split[] splits =
        [
            new UidSplit(), new EnvironmentSplit(Workload.StageVariable), new PidSplit([pids[0]]), new PropertySplit("Comm"), new PropertySplit("User"), new WholeSplit(), new ProcessSplit(),
            new CustomSplit([new NamedFilter("one", FilterParser.Parse("uid(65534)"))]),
        ];
        for (int attempt = 0; ; attempt++)
        {
            // The kernel may still move pages of stopped processes.
            string[] before = Lines(Scan(null, pids, splits));
            string file = Take(name => name == Workload.StageVariable);
            string[] after = Lines(Scan(null, pids, splits));
            if (before.SequenceEqual(after) || attempt == Attempts)
            {
                Assert.Equal(after, Lines(Scan(file, pids, splits)));
                Assert.Equal(after, Lines(Scan(file, pids, splits, threads: 3)));
                return;
            }
        }
    }
}
