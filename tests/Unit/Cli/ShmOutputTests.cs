using System.Text.Json;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Cli;

[Beside(Company.Everybody)]
public class ShmOutputTests
{
    private const string Heading = "key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap\n";

    private static readonly string[] Keys =
    [
        "key", "shmid", "size", "rss", "pages_4k", "pages_2M", "swap", "used_percent", "sid", "pages_1G", "uid", "user", "gid",
        "mode", "nattch", "cpid", "lpid", "atime", "dtime", "ctime", "attached_pids", "removed", "key_hex", "time", "computer_name",
    ];

    [Fact]
    public void A_copy_is_read_from_its_files_only()
    {
        using ProcCopy copy = Staged();

        JsonElement[] segments = [.. JsonDocument.Parse(LinuxMemCommand.Run("shm", "--proc-root", copy.Root, "-o", "json").Output).RootElement.EnumerateArray()];

        Assert.All(segments, segment => Assert.Equal(Keys, segment.EnumerateObject().Select(property => property.Name)));
        Assert.Equal([12, 11, 13], segments.Select(segment => segment.GetProperty("shmid").GetInt32()));
        JsonElement huge = segments[0];
        Assert.Equal(4194304, huge.GetProperty("rss").GetInt64());
        Assert.Equal((0, 2, 0), (huge.GetProperty("pages_4k").GetInt64(), huge.GetProperty("pages_2M").GetInt64(), huge.GetProperty("pages_1G").GetInt64()));
        Assert.Equal("DB1 +ASM1", string.Join(' ', huge.GetProperty("sid").GetString()!.Split(' ').Reverse()));
        Assert.Equal("20 21 22 23", huge.GetProperty("attached_pids").GetString());
        Assert.True(huge.GetProperty("removed").GetBoolean());
        Assert.Equal("0640", huge.GetProperty("mode").GetString());
        JsonElement plain = segments[1];
        Assert.Equal((-5, 10, 37.5), (plain.GetProperty("key").GetInt32(), plain.GetProperty("pages_4k").GetInt64(), plain.GetProperty("used_percent").GetDouble()));
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("atime").ValueKind);
        Assert.Equal("4000001", plain.GetProperty("user").GetString());
        JsonElement open = segments[2];
        Assert.Equal(100, open.GetProperty("used_percent").GetDouble());
        Assert.Equal(JsonValueKind.Null, open.GetProperty("pages_2M").ValueKind);
    }

    [Fact]
    public void Keys_are_told_as_ipcs_shows_them_too()
    {
        using ProcCopy copy = Staged();

        JsonElement[] segments = [.. JsonDocument.Parse(LinuxMemCommand.Run("shm", "--proc-root", copy.Root, "-o", "json").Output).RootElement.EnumerateArray()];

        Assert.Equal(["0x00000000", "0xfffffffb", "0x00000000"], segments.Select(segment => segment.GetProperty("key_hex").GetString()));
    }

    [Theory]
    [InlineData(56, 4096, 0, 100)]
    [InlineData(56, 0, 4096, 100)]
    [InlineData(4097, 4096, 0, 50)]
    [InlineData(8192, 4096, 0, 50)]
    [InlineData(2097153, 2097152, 0, 50)]
    [InlineData(1, 0, 0, 0)]
    public void What_is_used_counts_against_whole_pages(long size, long rss, long swap, double percent)
    {
        using var copy = new ProcCopy();
        copy.Write("sysvipc/shm", FormattableString.Invariant($"{Heading}7 11 600 {size} {(size > 1 << 20 ? 20 : 1)} 1 {(size > 1 << 20 ? 1 : 0)} 0 0 0 0 0 0 7 {rss} {swap}\n"));
        copy.Add(1);
        if (size > 1 << 20)
        {
            // Of huge pages, which only a process that has it attached tells.
            const string Mapping = "7f0000000000-7f0000400000 rw-s 00000000 00:0f 11                         /SYSV00000007 (deleted)\n";
            copy.Add(20, "holder", maps: Mapping).Write("smaps", Mapping + "Size:               4096 kB\nKernelPageSize:     2048 kB\nRss:                   0 kB\n");
        }

        using JsonDocument told = JsonDocument.Parse(LinuxMemCommand.Run("shm", "--proc-root", copy.Root, "-o", "json").Output);

        Assert.Equal(percent, Assert.Single(told.RootElement.EnumerateArray()).GetProperty("used_percent").GetDouble());
    }

    [Fact]
    public void The_table_has_the_columns_of_memstats()
    {
        using ProcCopy copy = Staged();

        string[] lines = LinuxMemCommand.Run("shm", "--proc-root", copy.Root).Output.Split('\n');
        List<string[]> records = CsvText.Parse(LinuxMemCommand.Run("shm", "--proc-root", copy.Root, "-o", "csv").Output);

        Assert.Equal(["key", "shmid", "size", "rss", "pages_4k", "pages_2M", "swap", "used %", "sid"], lines[1].Trim('│').Split('│').Select(cell => cell.Trim()));
        Assert.Equal(Keys, records[0]);
        Assert.Equal(4, records.Count);
    }

    [Fact]
    public void A_tree_without_the_table_is_explained()
    {
        using var copy = new ProcCopy();
        copy.Add(20);

        Outcome outcome = LinuxMemCommand.Run("shm", "--proc-root", copy.Root);

        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith($"linuxmem: '{copy.Root}/sysvipc/shm' cannot be read: ", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Segments of base pages, of huge pages (as a kernel before 6.7 counts them), and of what nobody can tell.</summary>
    private static ProcCopy Staged()
    {
        const string Mapping = "7f0000000000-7f0000800000 rw-s 00000000 00:0f 12                         /SYSV00000000 (deleted)\n";
        const string Smaps = Mapping + "Size:               8192 kB\nKernelPageSize:     2048 kB\nRss:                   0 kB\n";
        var copy = new ProcCopy();
        copy.Write("sysvipc/shm", Heading
            + "-5 11 600 131072 1 1 0 4000001 0 0 0 0 0 7 40960 8192\n"
            + "0 12 1640 8388608 20 21 4 0 0 0 0 5 6 7 4194304 0\n"
            + "0 13 600 65536 1 1 0 0 0 0 0 0 0 7 2097152 0\n");
        foreach ((int pid, string name) in new[] { (20, "ora_pmon_DB1"), (21, "asm_pmon_+ASM1"), (22, "ora_dbw0_DB2") })
        {
            copy.Add(pid, name, maps: Mapping).Write("smaps", Smaps);
        }

        // Another user's, who may read the segment: whose it is, the name of his process does not tell.
        copy.Add(23, "ora_pmon_EVIL", uid: 4000002, maps: Mapping).Write("smaps", Smaps);

        return copy;
    }
}
