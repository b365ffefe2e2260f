using System.Text.Json;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Cli;

/// <summary><c>linuxmem tmpfs</c> on real mounts, each made in a mount namespace of the test's own.</summary>
[Beside(Company.Sessions)]
public class TmpfsOutputTests
{
    private static readonly string[] Keys =
    [
        "mount_point", "fs_size", "fs_used", "noswap", "huge",
        "fs_free", "used_percent", "inodes", "inodes_used", "source", "options", "status", "unlimited", "shared_with", "root", "device", "time", "computer_name",
    ];

    private static readonly string[] Figures = ["fs_size", "fs_used", "fs_free", "used_percent", "inodes", "inodes_used", "unlimited"];

    [Fact]
    public void Sizes_are_those_of_the_file_system()
    {
        JsonElement mount = Assert.Single(Mounts("mount -t tmpfs -o size=16m,nr_inodes=100,noexec name $d; head -c 5242880 /dev/zero > $d/file; \"$@\" tmpfs -o json"));

        Assert.Equal(16777216, Number(mount, "fs_size"));
        Assert.Equal(5242880, Number(mount, "fs_used"));
        Assert.Equal(16777216 - 5242880, Number(mount, "fs_free"));
        Assert.Equal(31.25, mount.GetProperty("used_percent").GetDouble());
        Assert.Equal(100, Number(mount, "inodes"));
        Assert.Equal(2, Number(mount, "inodes_used"));
        Assert.False(mount.GetProperty("noswap").GetBoolean());
        Assert.Equal(JsonValueKind.Null, mount.GetProperty("huge").ValueKind);
        Assert.Equal("name", Text(mount, "source"));
        Assert.StartsWith("rw,noexec,", Text(mount, "options"), StringComparison.Ordinal);
        Assert.Contains(",size=16384k,nr_inodes=100", Text(mount, "options"), StringComparison.Ordinal);
        Assert.Equal("OK", Text(mount, "status"));
        Assert.Equal("/", Text(mount, "root"));
    }

    [Fact]
    public void Without_a_limit_there_is_no_size()
    {
        JsonElement mount = Assert.Single(Mounts("mount -t tmpfs -o size=0,nr_inodes=0 none $d; echo > $d/file; \"$@\" tmpfs -o json"));

        Assert.True(mount.GetProperty("unlimited").GetBoolean());
        Assert.All(Figures[..^1], key => Assert.Equal(JsonValueKind.Null, mount.GetProperty(key).ValueKind));
        Assert.StartsWith("no limit", Text(mount, "status"), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_blanks_line_breaks_and_more_are_kept()
    {
        const string Make = "n=$(printf 'a b\\tc\\nd\\\\e#\\033[31m\u00fc\u65e5.'); mount -t tmpfs root $d; mkdir \"$d/$n\"; mount -t tmpfs -o size=1m 's p' \"$d/$n\"; \"$@\" tmpfs ";
        const string Name = "/a b\tc\nd\\e#\u001b[31m\u00fc\u65e5.";

        JsonElement mount = Mounts(Make + "-o json")[1];
        string[] table = [.. Output(Make).Split('\n').Where(line => line.Contains("\u65e5", StringComparison.Ordinal))];
        string[] record = CsvText.Parse(Output(Make + "-o csv"))[^1];

        Assert.EndsWith(Name, Text(mount, "mount_point"), StringComparison.Ordinal);
        Assert.Equal("s p", Text(mount, "source"));
        Assert.Equal(1048576, Number(mount, "fs_size"));
        Assert.Contains("/a b\\tc\\nd\\e#\\x1B[31m\u00fc\u65e5. ", Assert.Single(table), StringComparison.Ordinal);
        Assert.EndsWith(Name, record[0], StringComparison.Ordinal);
        Assert.Equal(["1048576", "0", "false", "", "1048576", "0"], record[1..7]);
    }

    [Fact]
    public void Noswap_is_told()
    {
        Refused("noswap");
        Assert.True(Assert.Single(Mounts("mount -t tmpfs -o noswap t $d; \"$@\" tmpfs -o json")).GetProperty("noswap").GetBoolean());
    }

    [Theory]
    [InlineData("always")]
    [InlineData("within_size")]
    [InlineData("advise")]
    [InlineData("never")]
    public void Huge_is_told(string when)
    {
        Refused($"huge={when}");
        JsonElement mount = Assert.Single(Mounts($"mount -t tmpfs -o huge={when} t $d; \"$@\" tmpfs -o json"));
        Assert.Equal(when == "never" ? null : when, mount.GetProperty("huge").GetString());
    }

    [Fact]
    public void A_file_system_mounted_twice_counts_once()
    {
        JsonElement[] mounts = Mounts(
            "mount -t tmpfs -o size=8m t $d; mkdir $d/part $d/two; head -c 1048576 /dev/zero > $d/part/file; "
            + "mount --bind $d/part $d/two; mount -o remount,bind,ro $d/two; touch $d/as; mount --bind $d/part/file $d/as; \"$@\" tmpfs -o json");

        Assert.Equal(3, mounts.Length);
        Assert.All(mounts, mount => Assert.Equal((8388608, 1048576), (Number(mount, "fs_size"), Number(mount, "fs_used"))));
        Assert.Equal(["/", "/part", "/part/file"], mounts.Select(mount => Text(mount, "root")));
        Assert.Single(mounts.Select(mount => Text(mount, "device")).Distinct());
        Assert.Equal("OK", Text(mounts[0], "status"));
        Assert.Equal(JsonValueKind.Null, mounts[0].GetProperty("shared_with").ValueKind);
        Assert.All(mounts[1..], mount => Assert.Equal(Text(mounts[0], "mount_point"), Text(mount, "shared_with")));
        Assert.All(mounts[1..], mount => Assert.StartsWith("same file system as /", Text(mount, "status"), StringComparison.Ordinal));
        Assert.StartsWith("rw,", Text(mounts[0], "options"), StringComparison.Ordinal);
        Assert.StartsWith("ro,", Text(mounts[1], "options"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hidden_mount_has_no_sizes_of_another()
    {
        JsonElement[] mounts = Mounts(
            "mount -t tmpfs -o size=8m one $d; mkdir $d/in; mount -t tmpfs -o size=4m two $d/in; mount -t tmpfs -o size=2m three $d; \"$@\" tmpfs -o json");

        Assert.Equal(["one", "two", "three"], mounts.Select(mount => Text(mount, "source")));
        Assert.All(mounts[..2], mount => Assert.All(Figures, key => Assert.Equal(JsonValueKind.Null, mount.GetProperty(key).ValueKind)));
        Assert.All(mounts[..2], mount => Assert.Equal($"hidden by tmpfs mounted at {Text(mounts[0], "mount_point")}", Text(mount, "status")));
        Assert.Equal(2097152, Number(mounts[2], "fs_size"));
    }

    [Fact]
    public void Of_a_file_system_hidden_at_its_first_place_the_second_counts()
    {
        JsonElement[] mounts = Mounts(
            "mount -t tmpfs -o size=8m top $d; mkdir $d/a $d/b; mount -t tmpfs -o size=4m t $d/a; mount --bind $d/a $d/b; mount -t tmpfs -o size=2m other $d/a; \"$@\" tmpfs -o json");

        Assert.Equal(["top", "t", "t", "other"], mounts.Select(mount => Text(mount, "source")));
        Assert.StartsWith("hidden by", Text(mounts[1], "status"), StringComparison.Ordinal);
        Assert.Equal(Text(mounts[2], "mount_point"), Text(mounts[1], "shared_with"));
        Assert.Equal("OK", Text(mounts[2], "status"));
        Assert.Equal(4194304, Number(mounts[2], "fs_size"));
    }

    [Fact]
    public void Below_a_file_system_that_never_answers_nothing_is_asked()
    {
        Assert.SkipUnless(File.Exists("/dev/fuse"), "needs /dev/fuse");

        // A FUSE mount whose server does not even greet: every look into it waits for ever.
        JsonElement[] mounts = Mounts(
            "mount -t tmpfs -o size=8m one $d; exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 dead $d; timeout 20 \"$@\" tmpfs -o json 3<&-");

        Assert.Equal("one", Text(Assert.Single(mounts), "source"));
        Assert.StartsWith("hidden by fuse mounted at ", Text(mounts[0], "status"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_ordinary_user_is_told_what_cannot_be_reached()
    {
        const string Make = "mount -t tmpfs -o size=8m,mode=755 one $d; mkdir -m 700 $d/closed; mkdir $d/closed/in; mount -t tmpfs -o size=4m two $d/closed/in; "
            + "mkdir -m 700 $d/own; mount -t tmpfs -o size=2m,mode=700 three $d/own; setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\" tmpfs ";
        JsonElement[] mounts = Mounts(Make + "-o json");

        Assert.Equal(["one", "two", "three"], mounts.Select(mount => Text(mount, "source")));
        Assert.Equal(["OK", "Permission denied", "OK"], mounts.Select(mount => Text(mount, "status")));
        Assert.All(Figures, key => Assert.Equal(JsonValueKind.Null, mounts[1].GetProperty(key).ValueKind));
        Assert.Equal(2097152, Number(mounts[2], "fs_size"));
        Assert.Matches(@"/closed/in +│ +│ +│ false +│ +│ Permission denied ", Output(Make));
    }

    [Fact]
    public void Another_view_of_proc_shows_the_mounts_of_its_first_process()
    {
        // A PID namespace of its own, so that process 1 of its /proc is one with a mount of its own.
        JsonElement[] mounts = Mounts(
            "mount -t tmpfs -o size=8m here $d; mkdir $d/proc $d/there; "
            + "unshare -m -p -f --kill-child --propagation private sh -c \"mount -t proc p $d/proc; mount -t tmpfs -o size=4m there $d/there; sleep 20\" >&- 2>&- & "
            + "i=0; while ! grep -q there /proc/*/mountinfo 2>/dev/null && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done; "
            + "p=$(grep -ls ' there ' /proc/[0-9]*/mountinfo | head -n 1); r=${p%/mountinfo}/root$d/proc; \"$@\" tmpfs --proc-root $r -o json; kill $!");

        Assert.Equal(["here", "there"], mounts.Select(mount => Text(mount, "source")));
        Assert.Equal((8388608, 4194304), (Number(mounts[0], "fs_size"), Number(mounts[1], "fs_size")));
    }

    [Fact]
    public void Of_a_copy_of_proc_the_mounts_are_shown_without_sizes()
    {
        using var copy = new ProcCopy();
        copy.Add(1, "init");
        copy.Write("1/mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\nodd line\n30 27 0:40 / /a\\040b ro shared:1 - tmpfs t rw,noswap,size=4k,huge=within_size\n31 27 0:40 / /c rw - tmpfs t ro\n32 27 0:6 / /dev rw - devtmpfs d rw\n");
        copy.Write("self/mountinfo", "30 27 0:40 / /wrong rw - tmpfs t rw\n");

        Outcome outcome = LinuxMemCommand.Run("tmpfs", "--proc-root", copy.Root, "-o", "json");
        JsonElement[] mounts = Json(outcome);

        Assert.Empty(outcome.Error);
        Assert.Equal(["/a b", "/c"], mounts.Select(mount => Text(mount, "mount_point")));
        Assert.True(mounts[0].GetProperty("noswap").GetBoolean());
        Assert.Equal("within_size", Text(mounts[0], "huge"));
        Assert.Equal(["ro,noswap,size=4k,huge=within_size", "ro"], mounts.Select(mount => Text(mount, "options")));
        Assert.Equal("/a b", Text(mounts[1], "shared_with"));
        Assert.All(mounts, mount => Assert.Equal("not known: this is a copy of /proc", Text(mount, "status")));
        Assert.All(mounts, mount => Assert.All(Figures, key => Assert.Equal(JsonValueKind.Null, mount.GetProperty(key).ValueKind)));

        File.Delete(Path.Combine(copy.Root, "1/mountinfo"));
        Assert.Equal("/wrong", Text(Assert.Single(Json(LinuxMemCommand.Run("tmpfs", "--proc-root", copy.Root, "-o", "json"))), "mount_point"));

        Directory.Delete(Path.Combine(copy.Root, "self"), recursive: true);
        Outcome none = LinuxMemCommand.Run("tmpfs", "--proc-root", copy.Root);
        Assert.Equal(1, none.ExitCode);
        Assert.Empty(none.Output);
        Assert.Matches(@"\Alinuxmem: The mounts cannot be listed, [^\n]+mountinfo' cannot be read: [^\n]+\n\z", none.Error);
    }

    /// <summary>1,024 mounts with a source of 4,000 blanks, each four bytes in mountinfo: 16 MB before the last mount.</summary>
    private const string LongMounts = "s=$(printf 'x%4000sx' ''); mount -i -n -t ramfs \"$s\" $d; mkdir $d/0 $d/1 $d/2 $d/3 $d/4 $d/5 $d/6 $d/7 $d/8 $d/9 $d/last; "
        + "for i in 0 1 2 3 4 5 6 7 8 9; do mount -i -n --rbind $d $d/$i; done; mount -i -n -t tmpfs -o size=4k t $d/last; test $(wc -c < /proc/self/mountinfo) -gt 13000000; ";

    [Fact]
    public void A_mount_behind_megabytes_of_others_is_listed()
    {
        JsonElement mount = Assert.Single(Mounts(LongMounts + "\"$@\" tmpfs -o json"));

        Assert.EndsWith("/last", Text(mount, "mount_point"), StringComparison.Ordinal);
        Assert.Equal(4096, Number(mount, "fs_size"));
    }

    [Fact]
    public void A_mount_behind_megabytes_of_others_is_in_a_snapshot()
    {
        Rights.RequireFrameNumbers();
        JsonElement mount = Assert.Single(Mounts("s=$(mktemp -d); t=$s; " + LongMounts + "\"$@\" snapshot $t/x --skip-oracle -f 'pid(1)' 2>/dev/null >&2; \"$@\" tmpfs -o json --proc-root $t/x; rm -r $t"));

        Assert.EndsWith("/last", Text(mount, "mount_point"), StringComparison.Ordinal);
        Assert.Equal(4096, Number(mount, "fs_size"));
    }

    [Fact]
    public void A_mount_whose_line_is_too_long_to_read_is_told_and_those_behind_it_are_listed()
    {
        using var copy = new ProcCopy();
        copy.Add(1);
        copy.Write("1/mountinfo", $"40 27 0:9 / /a{new string('x', 200_000)} rw - fuse f rw\n41 27 0:10 / /b rw - tmpfs t rw\n");

        JsonElement[] mounts = Json(LinuxMemCommand.Run("tmpfs", "--proc-root", copy.Root, "-o", "json"));

        Assert.Equal(2, mounts.Length);
        Assert.StartsWith("not known whether it is a tmpfs", Text(mounts[0], "status"), StringComparison.Ordinal);
        Assert.Equal("/b", Text(mounts[1], "mount_point"));
    }

    [Fact]
    public void Tables_have_the_headings_of_the_seed_first()
    {
        string table = LinuxMemCommand.Run("tmpfs").Output;
        Assert.Matches(@"\A┌[^\n]+\n│ mount_point +│ +fs_size │ +fs_used │ noswap │ huge +│ status +│\n", table);
    }

    private static void Refused(string option)
    {
        PrivateMounts.Require();
        Outcome tried = PrivateMounts.Run($"mount -t tmpfs -o {option} t $d");
        Assert.SkipWhen(tried.ExitCode != 0, $"the kernel refuses a tmpfs with {option}: {tried.Error}");
    }

    private static string Output(string script)
    {
        PrivateMounts.Require();
        Outcome outcome = PrivateMounts.Run(script);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome.Output;
    }

    /// <summary>The mounts below the script's folder, in the order in which they are listed.</summary>
    private static JsonElement[] Mounts(string script)
    {
        PrivateMounts.Require();
        Outcome outcome = PrivateMounts.Run(script);
        JsonElement[] mounts = Json(outcome);
        Assert.Empty(outcome.Error);
        Assert.All(mounts, mount => Assert.Equal(Keys, mount.EnumerateObject().Select(property => property.Name)));
        return [.. mounts.Where(mount => Text(mount, "mount_point").Contains("/linuxmem-mounts-", StringComparison.Ordinal))];
    }

    private static JsonElement[] Json(Outcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static long Number(JsonElement mount, string key) => mount.GetProperty(key).GetInt64();

    private static string Text(JsonElement mount, string key) => mount.GetProperty(key).GetString()!;
}
