using System.Runtime.InteropServices;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Hostile;

/// <summary>Trees that somebody else has made, and changes while they are read.</summary>
[Beside(Company.Sessions)]
public partial class ProcRootPathTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("stat")]
    [InlineData("maps")]
    [InlineData("status")]
    [InlineData("linuxmem.json")]
    public async Task A_pipe_in_the_place_of_a_file_of_a_copy_keeps_nobody_waiting(string name)
    {
        using ProcCopy copy = Two();
        string pipe = Path.Combine(copy.Root, name == "linuxmem.json" ? name : $"10/{name}");
        File.Delete(pipe);
        Command.Run("mkfifo", pipe);

        MemProcess[] listed = await InTime(() => Scan(copy.Root));

        Assert.Contains(20, listed.Select(process => process.Id));
        Assert.DoesNotContain(10, listed.Where(process => name == "stat").Select(process => process.Id));
    }

    [Fact]
    public void A_link_in_a_copy_is_not_followed()
    {
        using ProcCopy copy = Two();
        using ProcCopy other = Two();
        File.Delete(Path.Combine(copy.Root, "10/cmdline"));
        File.CreateSymbolicLink(Path.Combine(copy.Root, "10/cmdline"), Path.Combine(other.Root, "10/cmdline"));
        Directory.CreateSymbolicLink(Path.Combine(copy.Root, "30"), Path.Combine(other.Root, "20"));
        using var root = Machine.Open(copy.Root);
        IReadOnlyList<MemProcess> listed = ProcessTable.List(root).Processes;

        Assert.Equal([10, 20], listed.Select(process => process.Id));
        Assert.Null(listed[0].CommandLine);
        Assert.Equal("fixture", listed[1].CommandLine);
    }

    [Fact]
    public async Task A_path_that_is_exchanged_for_a_pipe_again_and_again_is_opened_or_refused()
    {
        using ProcCopy copy = Two();
        using ProcCopy ground = new();
        string[] kinds = [Path.Combine(ground.Root, "folder"), Path.Combine(ground.Root, "pipe"), Path.Combine(ground.Root, "file")];
        string path = Path.Combine(ground.Root, "path");
        Directory.CreateSymbolicLink(kinds[0], copy.Root);
        Command.Run("mkfifo", kinds[1]);
        File.WriteAllText(kinds[2], "no snapshot");
        bool stop = false;
        Task exchange = Task.Run(() =>
        {
            for (int i = 0; !Volatile.Read(ref stop); i++)
            {
                string next = Path.Combine(ground.Root, "next");
                File.CreateSymbolicLink(next, kinds[i % kinds.Length]);
                Assert.Equal(0, rename(next, path));
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            (int opened, int refused) = await InTime(() => OpenOften(path));

            Assert.Equal(3000, opened + refused);
            Assert.InRange(opened, 1, 2999);
        }
        finally
        {
            Volatile.Write(ref stop, true);
            await exchange;
        }
    }

    [Fact]
    public void Everything_is_read_through_the_folder_that_was_opened()
    {
        using ProcCopy copy = Two();
        using ProcCopy ground = new();
        string path = Path.Combine(ground.Root, "path");
        Directory.Move(copy.Root, path);
        Directory.CreateDirectory(copy.Root);
        using var root = Machine.Open(path);
        Directory.Move(path, path + "-moved");
        Directory.CreateDirectory(Path.Combine(path, "30"));

        Assert.Equal([10, 20], ProcessTable.List(root).Processes.Select(process => process.Id));
    }

    [Fact]
    public void Nothing_is_left_open_on_any_way_out()
    {
        using ProcCopy copy = Two();
        using ProcCopy broken = new();
        string snapshot = Path.Combine(broken.Root, "snapshot.tar.gz");
        MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true });
        string noSnapshot = Path.Combine(broken.Root, "none.tar.gz");
        File.WriteAllBytes(noSnapshot, File.ReadAllBytes(snapshot)[..^20]);
        Action[] ways =
        [
            () => Scan("/proc"),
            () => Scan(copy.Root),
            () => Scan(snapshot),
            () => Assert.Throws<LinuxMemException>(() => Scan(noSnapshot)),
            () => Assert.Throws<LinuxMemException>(() => Scan(broken.Root)),
            () => Assert.Throws<LinuxMemException>(() => Scan("/dev/null")),
            () => Assert.Throws<OperationCanceledException>(() => MemScan.Begin(new ScanOptions { ProcRoot = snapshot, Cancellation = new CancellationToken(true) })),
            () => Engine.Reports.ShmSegments.Read(new Engine.SharedMemory.ShmOptions()),
            () => Engine.Oracle.OracleInstances.Read(new Engine.Oracle.OracleOptions()),
            () => MemSnapshot.Write(new SnapshotOptions { Path = snapshot, Force = true, SkipOracle = true }),
            () => Assert.Throws<LinuxMemException>(() => MemSnapshot.Write(new SnapshotOptions { Path = "/proc/no/such", SkipOracle = true })),
        ];
        Array.ForEach(ways, way => way());
        int before = OpenTrees();

        for (int i = 0; i < 5; i++)
        {
            Array.ForEach(ways, way => way());
        }

        // No collection in between: what waits for one counts.
        Assert.Equal(before, OpenTrees());
    }

    [Fact]
    public void Facts_of_a_process_are_there_after_its_tree_is_closed()
    {
        using var sleeper = new Sleeper(["LINUXMEM_LATE=one"]);
        using ProcCopy ground = new();
        string snapshot = Path.Combine(ground.Root, "snapshot.tar.gz");
        MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true, IncludeEnvironment = name => name == "LINUXMEM_LATE" });
        foreach (string path in new[] { "/proc", snapshot })
        {
            MemProcess process;
            using (var root = Machine.Open(path))
            {
                process = ProcessTable.LoadRunning(ProcessTable.List(root).Processes, ProcessFacts.Status).Single(one => one.Id == sleeper.Id);
            }

            Assert.Equal("one", process.Environment["LINUXMEM_LATE"]);
            Assert.Equal("sleep 300", process.CommandLine);
            Assert.InRange(process.StartTime, DateTime.Now.AddHours(-1), DateTime.Now.AddMinutes(1));
        }
    }

    [Fact]
    public async Task Ctrl_C_ends_the_waiting_for_a_file_system_that_does_not_answer()
    {
        PrivateMounts.Require();
        Assert.SkipUnless(File.Exists("/dev/fuse"), "Not tested: there is no /dev/fuse to make such a file system with.");

        // Nobody reads what the kernel asks of this file system: whoever looks a name up in it waits.
        // Each command has mounts of its own; all wait at the same time.
        string[] commands = ["tmpfs", "processes --list-only", "groups", "shm", "oracle"];
        Outcome[] outcomes = await Task.WhenAll(commands.Select(command => Task.Run(() => PrivateMounts.Run("exec 9<>/dev/fuse; mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 none $d; "
            + $"set +e; timeout --preserve-status -s INT -k 20 4 \"$@\" {command} --proc-root $d/proc 9<&-; code=$?; exec 9<&-; umount $d; exit $code"))));

        Assert.All(commands.Zip(outcomes), one => Assert.Equal((one.First, 130, string.Empty), (one.First, one.Second.ExitCode, one.Second.Error)));
    }

    private static MemProcess[] Scan(string path)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = path, Threads = 2 });
        scan.Run(scan.Table.Processes, [new UidSplit()]);
        return [.. scan.Table.Processes];
    }

    private static (int Opened, int Refused) OpenOften(string path)
    {
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            try
            {
                Machine.Open(path).Dispose();
            }
            catch (LinuxMemException e) when (e.Kind is LinuxMemError.NotProc or LinuxMemError.InvalidSnapshot)
            {
                refused++;
            }
        }

        return (3000 - refused, refused);
    }

    private static async Task<T> InTime<T>(Func<T> call) =>
        await Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Deadline, TestContext.Current.CancellationToken);

    /// <summary>Descriptors of what is opened by path: folders, and the unnamed files of snapshots.</summary>
    private static int OpenTrees() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(entry => new FileInfo(entry).LinkTarget is string target && (target.StartsWith("/proc", StringComparison.Ordinal) || target.Contains("linuxmem-", StringComparison.Ordinal)));

    private static ProcCopy Two()
    {
        var copy = new ProcCopy();
        copy.Add(10);
        copy.Add(20);
        return copy;
    }

    /// <summary>File.Move looks where a link leads.</summary>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);
}
