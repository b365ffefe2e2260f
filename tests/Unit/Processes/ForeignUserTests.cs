using System.Diagnostics;
using System.Text;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Processes;

/// <summary>The names of users are those of the machine that is read, not of the one that reads.</summary>
[Beside(Company.Sessions)]
public class ForeignUserTests
{
    /// <summary>A user that this system has, too, under another name.</summary>
    private const uint Uid = 1;

    private const string Passwd = "printf 'root:x:0:0::/:/bin/sh\\nalien:x:1:1::/:/bin/sh\\nalien:x:64777:1::/:/bin/sh\\n' > \"$root/etc/passwd\"";

    [Fact]
    public void Of_another_proc_they_come_from_the_root_of_its_process_1()
    {
        Rights.RequireFrameNumbers();
        using SecondProc second = SecondProc.Make(Uid, Passwd);

        Assert.Equal(["alien", "root"], Users(second.Root));
        Assert.Equal(["alien", "root"], Groups(second.Root, new UidSplit()).Select(group => group.GroupName).Order());
        Assert.Equal(["alien", "root"], Groups(second.Root, new PropertySplit("User")).Select(group => group.GroupName).Order());
        Assert.Single(Found(second.Root, "user(alien)"));
        Assert.Single(Found(second.Root, "user(al*)"));
    }

    [Theory]
    [InlineData("user(linuxmem-nobody)")]
    [InlineData("not(user(linuxmem-nobody))")]
    [InlineData("or(uid(1),and(comm(x),user(linuxmem-no*)))")]
    public void A_name_that_cannot_be_known_is_an_error(string filter)
    {
        Rights.RequireFrameNumbers();
        using SecondProc second = SecondProc.Make(Uid, Passwd);

        LinuxMemException error = Assert.Throws<LinuxMemException>(() => Found(second.Root, filter));
        Assert.Equal(LinuxMemError.InvalidArgument, error.Kind);
        Assert.Contains("cannot be answered", error.Message, StringComparison.Ordinal);
        Assert.Contains("uid(n)", error.Message, StringComparison.Ordinal);
        Assert.Throws<LinuxMemException>(() => Groups(second.Root, new CustomSplit(FilterParser.ParseList(filter))));
    }

    [Fact]
    public void Two_users_of_one_name_are_two_groups()
    {
        Rights.RequireFrameNumbers();
        using SecondProc second = SecondProc.Make(64777, Passwd + "; setpriv --reuid=1 --clear-groups sleep 300 &");
        string[] expected = ["alien (uid 1)", "alien (uid 64777)", "root"];

        Assert.Equal(expected, Groups(second.Root, new UidSplit()).Select(group => group.GroupName).Order());
        Assert.Equal(expected, Groups(second.Root, new PropertySplit("User")).Select(group => group.GroupName).Order());
        Assert.Equal(2, Found(second.Root, "user(alien)").Length);
    }

    [Theory]
    [InlineData("mkfifo \"$root/etc/passwd\"")]
    [InlineData("ln -s /etc/passwd \"$root/etc/passwd\"")]
    [InlineData("mkdir \"$root/etc/passwd\"")]
    [InlineData("rmdir \"$root/etc\"; ln -s /etc \"$root/etc\"")]
    public void Where_there_is_no_file_of_names_users_go_by_their_numbers_and_that_is_told(string makePasswd)
    {
        Rights.RequireFrameNumbers();
        using SecondProc second = SecondProc.Make(Uid, makePasswd);
        var clock = Stopwatch.StartNew();

        Assert.Equal(["0", "1"], Users(second.Root));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Throws<LinuxMemException>(() => Found(second.Root, "user(root)"));
        Assert.Single(Found(second.Root, "user(1)"));
        Assert.Equal(2, Found(second.Root, "user(*)").Length);

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = second.Root });
        string warning = Assert.Single(scan.Run(scan.Table.Processes, [new UidSplit()]).Warnings);
        Assert.Contains("/etc/passwd of its process 1", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_has_the_names_of_the_machine_it_was_taken_of()
    {
        Rights.RequireFrameNumbers();
        using SecondProc second = SecondProc.Make(Uid, Passwd);
        string file = Path.Combine(Path.GetTempPath(), $"linuxmem-{Guid.NewGuid():N}.tar.gz");
        try
        {
            MemSnapshot.Write(new SnapshotOptions { Path = file, ProcRoot = second.Root, SkipOracle = true });

            Assert.Equal(["alien", "root"], Users(file));
            Assert.Single(Found(file, "user(alien)"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_copy_does_not_know_them()
    {
        using var copy = new ProcCopy();
        copy.Add(100, uid: Uid, maps: string.Empty);

        Assert.Equal(["1"], Users(copy.Root));
        LinuxMemException error = Assert.Throws<LinuxMemException>(() => Found(copy.Root, "user(daemon)"));
        Assert.Contains("a copy of /proc does not tell the names of users", error.Message, StringComparison.Ordinal);
        Assert.Single(Found(copy.Root, "user(1)"));
    }

    [Fact]
    public void Another_path_to_the_own_proc_is_the_own_proc()
    {
        string link = Path.Combine(Path.GetTempPath(), $"linuxmem-{Guid.NewGuid():N}");
        File.CreateSymbolicLink(link, "/proc");
        try
        {
            using Machine own = Machine.Open();
            using Machine same = Machine.Open(link);

            Assert.Equal(own.Users.NameOf(Uid), same.Users.NameOf(Uid));
            Assert.NotEqual("1", same.Users.NameOf(Uid));
            Assert.Null(same.Users.WhyUnknown);
        }
        finally
        {
            File.Delete(link);
        }
    }

    [Theory]
    [InlineData("0 0 4294967295\n", 5u, 5u)]
    [InlineData("         0     100000      65536\n", 100101u, 101u)]
    [InlineData("0 100000 65536\n", 0u, null)]
    [InlineData("0 1000 1\n1 100000 10\nx\n", 1000u, 0u)]
    [InlineData("5 4294967295 4294967295\n", 4294967295u, 5u)]
    [InlineData("", 0u, null)]
    public void A_user_is_who_he_is_in_the_user_namespace_of_the_tree(string map, uint outside, uint? inside) =>
        Assert.Equal(inside, UidMapFile.Parse(Encoding.ASCII.GetBytes(map)).Inside(outside));

    [Fact]
    public void The_file_of_names_is_read_as_far_as_it_is_one()
    {
        Dictionary<uint, string> names = PasswdFile.Parse("root:x:0:0::/:/bin/sh\nsecond:x:0:0::/:\n\n:x:7:\n+nis:x:8:8\nbroken\nshort:x:9\nbad:x:9x:1\nlast:x:10:1"u8);

        Assert.Equal(new Dictionary<uint, string> { [0] = "root", [10] = "last" }, names);
    }

    private static string[] Users(string root)
    {
        using Machine machine = Machine.Open(root);
        IReadOnlyList<MemProcess> processes = ProcessTable.List(machine).Processes;
        return [.. processes.Select(process => process.User!).Distinct().Order()];
    }

    private static IReadOnlyList<MemGroup> Groups(string root, Split split)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root });
        return scan.Run(scan.Table.Processes, [split]).Reports[0].Groups;
    }

    private static int[] Found(string root, string filter)
    {
        using Machine machine = Machine.Open(root);
        return [.. FilterParser.Parse(filter).Matching(ProcessTable.List(machine)).Select(process => process.Id)];
    }
}
