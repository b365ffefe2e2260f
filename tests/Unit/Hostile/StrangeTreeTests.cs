using System.Runtime.InteropServices;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Hostile;

/// <summary>
/// A tree of somebody else as the /proc to read: nothing outside of it is read, nothing waits, nothing but ordinary files is
/// opened, and what was not read is named. With and without openat2(2).
/// </summary>
[Collection(StagedCollection.Name)]
[Beside(Company.Sessions)]
public sealed partial class StrangeTreeTests : IDisposable
{
    private const string Secret = "root:secret:1:0";
    private const uint RENAME_EXCHANGE = 2;
    private const int AT_FDCWD = -100;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);
    private readonly ProcCopy copy = new();
    private readonly ProcCopy outside = new();

    public StrangeTreeTests()
    {
        copy.Add(10);
        copy.Add(20, maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x1f000, 0);
        outside.Write("secret", Secret);
    }

    public void Dispose()
    {
        PlaceBeneath.UseOpenat2 = true;
        copy.Dispose();
        outside.Dispose();
    }

    [Theory]
    [InlineData("cmdline", "processes", "-l")]
    [InlineData("cgroup", "processes", "-l")]
    [InlineData("status", "processes", "-l")]
    [InlineData("maps", "groups", "-u")]
    [InlineData("environ", "groups", "-e", "X")]
    public void A_link_to_a_file_of_root_prints_nothing_of_it_and_is_told(string name, params string[] arguments)
    {
        Link($"10/{name}", Path.Combine(outside.Root, "secret"));

        Outcome outcome = LinuxMemCommand.Run([.. arguments, "--proc-root", copy.Root, "-o", "json"]);

        Assert.DoesNotContain("secret:", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"Not read in '{copy.Root}'", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"'10/{name}' (a symbolic link)", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, outcome.ExitCode);
    }

    [Theory]
    [InlineData("machine", "--skip-scan")]
    [InlineData("machine")]
    public void The_parts_of_a_machine_name_what_was_left_unread(params string[] arguments)
    {
        copy.Write("meminfo", "MemTotal: 1000 kB\nMemFree: 500 kB\n");
        Link("vmstat", Path.Combine(outside.Root, "secret"));

        Outcome outcome = LinuxMemCommand.Run([.. arguments, "--proc-root", copy.Root]);

        Assert.Contains("'vmstat' (a symbolic link)", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_segments_that_is_a_link_is_an_error_that_names_it()
    {
        Directory.CreateDirectory(Path.Combine(copy.Root, "sysvipc"));
        Link("sysvipc/shm", Path.Combine(outside.Root, "secret"));

        LinuxMemException error = Assert.Throws<LinuxMemException>(() => ShmSegments.Read(new ShmOptions { ProcRoot = copy.Root }));

        Assert.Contains("'sysvipc/shm' (a symbolic link)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_in_the_middle_of_a_path_is_not_followed(bool openat2)
    {
        PlaceBeneath.UseOpenat2 = openat2;
        outside.Add(30);
        Directory.CreateDirectory(Path.Combine(outside.Root, "ns"));
        File.CreateSymbolicLink(Path.Combine(outside.Root, "ns/ipc"), "ipc:[4026531000]");
        Link("30", Path.Combine(outside.Root, "30"));
        Link("10/ns", Path.Combine(outside.Root, "ns"));
        using var root = Machine.Open(copy.Root);
        byte[] target = new byte[64];
        using MachineFolder place = root.OpenPlace("10\0"u8);

        Assert.Equal([10, 20], ProcessTable.List(root).Processes.Select(process => process.Id));
        Assert.InRange(place.ReadLink("ns/ipc\0"u8, target), -4095, -1);
        Assert.True(IpcNamespace.TryRead(place, out ulong ipc));
        Assert.Equal(0ul, ipc);
        Assert.Contains("'30/stat' (a symbolic link)", root.NotRead, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10/stat", true)]
    [InlineData("10/stat", false)]
    [InlineData("10/maps", true)]
    [InlineData("10/maps", false)]
    [InlineData("10/status", true)]
    public async Task A_pipe_is_not_waited_for_and_told(string name, bool openat2)
    {
        PlaceBeneath.UseOpenat2 = openat2;
        File.Delete(Path.Combine(copy.Root, name));
        Command.Run("mkfifo", Path.Combine(copy.Root, name));

        ScanResult result = await InTime(Scan);

        Assert.Contains(result.Warnings, warning => warning.Contains($"'{name}' (no ordinary file)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_is_not_opened_and_told(bool openat2)
    {
        PlaceBeneath.UseOpenat2 = openat2;
        File.Delete(Path.Combine(copy.Root, "10/maps"));
        Assert.SkipWhen(LinuxMemCommand.Start(["mknod", Path.Combine(copy.Root, "10/maps"), "c", "1", "5"]).ExitCode != 0, "Not tested: no device node (/dev/zero) can be made.");

        ScanResult result = await InTime(Scan);

        Assert.Equal([10], result.Unreadable.Select(unreadable => unreadable.Process.Id));
        Assert.Contains(result.Warnings, warning => warning.Contains("'10/maps' (no ordinary file)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("10/maps", true)]
    [InlineData("10/maps", false)]
    [InlineData("10/environ", true)]
    public async Task A_file_of_a_tebibyte_of_nothing_is_not_read_and_told(string name, bool openat2)
    {
        PlaceBeneath.UseOpenat2 = openat2;
        using (FileStream file = File.OpenWrite(Path.Combine(copy.Root, name)))
        {
            file.SetLength(1L << 40);
        }

        ScanResult result = await InTime(Scan);

        Assert.Equal([10], result.Unreadable.Select(unreadable => unreadable.Process.Id));
        Assert.Contains(result.Warnings, warning => warning.Contains($"'{name}' (larger than 1 GiB)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Maps_that_lead_to_dev_zero_end()
    {
        Link("10/maps", "/dev/zero");

        ScanResult result = await InTime(Scan);

        Assert.Equal([10], result.Unreadable.Select(unreadable => unreadable.Process.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_with_the_links_that_proc_has_is_read_and_so_is_a_path_that_is_a_link(bool openat2)
    {
        PlaceBeneath.UseOpenat2 = openat2;
        Link("self", "10");
        Link("thread-self", "10/task/10");
        Link("mounts", "self/mounts");
        Link("net", "self/net");
        Link("10/exe", "/usr/bin/not-there (deleted)");
        Link("10/cwd", "/");
        Directory.CreateDirectory(Path.Combine(copy.Root, "10/ns"));
        Link("10/ns/ipc", "ipc:[4026531000]");
        copy.Write("1/mountinfo", "40 27 0:9 / /a rw - tmpfs t rw\n");
        string path = Path.Combine(outside.Root, "tree");
        Directory.CreateSymbolicLink(path, copy.Root);
        using var root = Machine.Open(path);
        IReadOnlyList<MemProcess> listed = ProcessTable.List(root).Processes;
        using MachineFolder place = root.OpenPlace("10\0"u8);

        Assert.Equal([10, 20], listed.Select(process => process.Id));
        Assert.Equal("/usr/bin/not-there (deleted)", listed[0].Exe);
        Assert.True(IpcNamespace.TryRead(place, out ulong ipc));
        Assert.Equal(4026531000ul, ipc);
        Assert.Equal(["/a"], Engine.Tmpfs.TmpfsTable.List(root).Select(mount => mount.MountPoint));
        Assert.Null(root.NotRead);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_folder_that_is_exchanged_for_a_link_again_and_again_leads_nowhere(bool openat2)
    {
        PlaceBeneath.UseOpenat2 = openat2;
        outside.Write("elsewhere/cmdline", Secret);
        outside.Write("elsewhere/stat", File.ReadAllText(Path.Combine(copy.Root, "10/stat")));
        string folder = Path.Combine(copy.Root, "10");
        string link = Path.Combine(copy.Root, "link");
        Link("link", Path.Combine(outside.Root, "elsewhere"));
        bool stop = false;
        Task exchange = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                Assert.Equal(0, renameat2(AT_FDCWD, folder, AT_FDCWD, link, RENAME_EXCHANGE));
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            (int own, int none, int others) = await InTime(() => ReadOften(5000));

            Assert.Equal(0, others);
            Assert.InRange(own, 1, 4999);
            Assert.InRange(none, 1, 4999);
        }
        finally
        {
            Volatile.Write(ref stop, true);
            await exchange;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_mount_in_the_tree_is_not_entered(bool openat2)
    {
        PlaceBeneath.UseOpenat2 = openat2;
        Directory.CreateDirectory(Path.Combine(copy.Root, "30"));
        Assert.SkipWhen(LinuxMemCommand.Start(["mount", "-t", "tmpfs", "none", Path.Combine(copy.Root, "30")]).ExitCode != 0, "Not tested: nothing can be mounted here.");
        try
        {
            copy.Add(30);
            using var root = Machine.Open(copy.Root);

            Assert.Equal([10, 20], ProcessTable.List(root).Processes.Select(process => process.Id));
            Assert.Contains("'30' (on another mount)", root.NotRead, StringComparison.Ordinal);
        }
        finally
        {
            Command.Run("umount", Path.Combine(copy.Root, "30"));
        }
    }

    [Fact]
    public void A_file_system_in_the_tree_that_does_not_answer_is_not_asked()
    {
        PrivateMounts.Require();
        Assert.SkipUnless(File.Exists("/dev/fuse"), "Not tested: there is no /dev/fuse to make such a file system with.");

        Outcome outcome = PrivateMounts.Run($"cp -a {copy.Root}/. $d; mkdir $d/30; exec 9<>/dev/fuse; mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 none $d/30; "
            + "set +e; timeout -s INT -k 20 30 \"$@\" processes -l -o csv --proc-root $d 9<&-; code=$?; exec 9<&-; umount $d/30; exit $code");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("'30' (on another mount)", outcome.Error, StringComparison.Ordinal);
    }

    private (int Own, int None, int Others) ReadOften(int times)
    {
        int own = 0, none = 0;
        using var root = Machine.Open(copy.Root);
        byte[] buffer = new byte[256];
        for (int i = 0; i < times; i++)
        {
            int n = root.ReadAll("10/cmdline\0"u8, ref buffer);
            if (n < 0)
            {
                none++;
            }
            else if (buffer.AsSpan(0, n).SequenceEqual("fixture\0"u8))
            {
                own++;
            }
        }

        return (own, none, times - own - none);
    }

    private ScanResult Scan()
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 2 });
        return scan.Run(scan.Table.Processes, [new UidSplit(), new EnvironmentSplit("X")]);
    }

    private void Link(string name, string target)
    {
        string path = Path.Combine(copy.Root, name);
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }

    private static async Task<T> InTime<T>(Func<T> call) =>
        await Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Deadline, TestContext.Current.CancellationToken);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int from, string name, int to, string newName, uint flags);
}
