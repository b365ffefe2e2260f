using System.Globalization;
using System.Text.Json;
using LinuxMem.Engine.Reports;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Cli;

/// <summary>Filters on the command line, over a /proc tree in files: its frames are known one by one.</summary>
[Beside(Company.Everybody)]
public sealed class GroupsFilterTests : IDisposable
{
    private const string OneMapping = "10000-20000 rw-p 00000000 00:00 0 \n";
    private readonly ProcCopy copy = new();

    public GroupsFilterTests()
    {
        // One frame of each process's own, and frame 1 shared by 10 and 11.
        Add(10, "sshd", 0).Map(0x10000, ProcCopy.Frame(10), ProcCopy.Frame(1)).Map(0x1f000, 0);
        Add(11, "bash", 0).Map(0x10000, ProcCopy.Frame(11), ProcCopy.Frame(1)).Map(0x1f000, 0);
        Add(12, "cron", 0).Map(0x10000, ProcCopy.Frame(12)).Map(0x1f000, 0);
        Add(13, "bash", 1001).Map(0x10000, ProcCopy.Frame(13)).Map(0x1f000, 0);
    }

    public void Dispose() => copy.Dispose();

    [Fact]
    public void The_custom_examples_of_the_original_make_two_reports()
    {
        Outcome outcome = Run("-c", "comm(sshd),and(uid(0),not(comm(bash)))", "-c", "uid(1001)");
        string[] tables = outcome.Output.Split("\n\n");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(2, tables.Length);
        Assert.All(tables, table => Assert.StartsWith("Custom splitter\n┌─", table, StringComparison.Ordinal));
        Assert.Equal(
            [("Other", 2, 12288), ("comm(sshd)", 1, 8192), ("and(uid(0),not(comm(bash)))", 1, 4096), ("Other", 3, 16384), ("uid(1001)", 1, 4096)],
            Json("-c", "comm(sshd),and(uid(0),not(comm(bash)))", "-c", "uid(1001)").Select(Figures));
    }

    [Fact]
    public void Reports_come_in_an_order_of_their_own()
    {
        JsonElement[] groups = Json("--split-by", "comm", "--split-by", "USER", "-c", "true()", "-p", "10", "-e", "A", "-u", "--split-custom", "false()");

        Assert.Equal(
            ["UID", "environment variable A", "PID", "Custom splitter", "Comm", "User"],
            groups.Select(group => group.GetProperty("split").GetString()).Distinct());
        Assert.Equal(["true()", "Other", "Other", "false()"], Names(groups, "Custom splitter"));
        Assert.Equal(["bash", "sshd", "cron"], Names(groups, "Comm"));
    }

    [Fact]
    public void A_time_to_split_by_is_data_that_can_be_read_back()
    {
        string key = Json("--split-by", "StartTime", "-f", "pid(12)")[0].GetProperty("group_key").GetString()!;

        Assert.Equal(DateTime.UnixEpoch.AddSeconds(12), DateTime.ParseExact(key, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind).ToUniversalTime());
    }

    [Fact]
    public void What_is_filtered_out_is_not_there_at_all()
    {
        Assert.Equal(4096, Uss(Json("--split-by", "Id"), "10"));
        Assert.Equal(8192, Uss(Json("--split-by", "Id", "-f", "not(pid(11))"), "10"));
        Assert.Equal(("All", 1, 8192), Figures(Assert.Single(Json("--filter", " comm( 'sshd' ) "))));
    }

    [Fact]
    public void Parents_and_children_are_known_to_a_filter()
    {
        copy.Add(20, "child", parent: 12, maps: OneMapping).Map(0x1f000, 0);
        copy.Add(21, "grandchild", parent: 20, maps: OneMapping).Map(0x1f000, 0);

        Assert.Equal(2, Figures(Assert.Single(Json("-f", "descendants(12)"))).Procs);
        Assert.Equal(1, Figures(Assert.Single(Json("-f", "and(descendants(12),comm(gr*))"))).Procs);
    }

    [Fact]
    public void A_filter_that_leaves_nothing_is_a_warning()
    {
        Outcome outcome = Run("-u", "-c", "comm(a)", "-p", "10", "-o", "csv", "-f", "comm(\u001b[31m)");

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("linuxmem: warning: no process matches the filter comm(\\x1B[31m)\nScanned 0 processes in ", outcome.Error, StringComparison.Ordinal);
        List<string[]> records = CsvText.Parse(outcome.Output);
        Assert.Equal(["Other", "Other", "comm(a)", "pid(10)"], records.Skip(1).Select(record => record[1]).Order(StringComparer.Ordinal));

        // A copy does not tell pages of shared memory from those of files.
        int[] unknown = [Array.IndexOf(records[0], "mem_file"), Array.IndexOf(records[0], "mem_shared")];
        Assert.All(records.Skip(1), record => Assert.All(Enumerable.Range(2, 11), i => Assert.Equal(unknown.Contains(i) ? string.Empty : "0", record[i])));
    }

    [Theory]
    [InlineData("  comm(bash\n           ^\n", "expected ')', found the end", "-f", "comm(bash")]
    [InlineData("  nosuch(1)\n  ^\n", "found 'nosuch'", "--filter", "nosuch(1)")]
    [InlineData("  uid(x)\n      ^\n", "found 'x'", "-c", "uid(x)")]
    [InlineData("  uid(0),,uid(1)\n         ^\n", "found ','", "-c", "uid(1)", "-c", "uid(0),,uid(1)")]
    [InlineData("  uid(0),uid(1)\n        ^\n", "join several with or(..)", "-f", "uid(0),uid(1)")]
    [InlineData("  \n  ^\n", "found nothing", "-f", "")]
    [InlineData("  comm(日本)x\n            ^\n", "found 'x'", "-c", "comm(日本)x")]
    [InlineData("  comm(\\x1B[2J)x\n               ^\n", "found 'x'", "-f", "comm(\u001b[2J)x")]
    public void A_filter_that_is_wrong_shows_its_place(string excerpt, string problem, params string[] arguments)
    {
        foreach (string command in arguments[0] == "-c" ? new[] { "groups" } : ["groups", "processes"])
        {
            Outcome outcome = LinuxMemCommand.Run([command, "--proc-root", copy.Root, .. arguments]);

            Assert.Equal(2, outcome.ExitCode);
            Assert.Empty(outcome.Output);
            int end = outcome.Error.IndexOf('\n', StringComparison.Ordinal) + 1;
            Assert.StartsWith("linuxmem: The filter is wrong at offset ", outcome.Error[..end], StringComparison.Ordinal);
            Assert.Contains(problem, outcome.Error[..end], StringComparison.Ordinal);
            Assert.Equal(excerpt, outcome.Error[end..]);
        }
    }

    [Fact]
    public void A_filter_that_is_nested_deeply_gets_an_answer_up_to_the_limit()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat("not(", depth)) + "uid(1001)" + new string(')', depth);

        Assert.Equal(1, Figures(Assert.Single(Json("-f", Nested(200)))).Procs);
        Assert.Equal(2, Run("-f", Nested(200)[..^1]).ExitCode);
        foreach (int depth in new[] { 201, 10_000 })
        {
            Outcome outcome = Run("-f", Nested(depth));
            Assert.Equal(2, outcome.ExitCode);
            Assert.StartsWith("linuxmem: The filter is wrong at offset 800: expected no more than 200 filters inside one another, found 'not'.", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Properties_go_by_their_headings_and_predicates_too()
    {
        JsonElement[] groups = Json("--split-by", "ppid", "--split-by", "command_line", "--split-by", "cmdline");

        Assert.Equal(["ParentId", "CommandLine"], groups.Select(group => group.GetProperty("split").GetString()).Distinct());
        Assert.Contains($"'nope' is not a property to split by. Give one of {string.Join(", ", PropertySplit.Names)}.", Run("--split-by", "nope").Error, StringComparison.Ordinal);
    }

    private static (string Name, int Procs, long Rss) Figures(JsonElement group) =>
        (group.GetProperty("group_name").GetString()!, group.GetProperty("procs").GetInt32(), group.GetProperty("mem_rss").GetInt64());

    private static IEnumerable<string> Names(JsonElement[] groups, string split) =>
        groups.Where(group => group.GetProperty("split").GetString() == split).Select(group => group.GetProperty("group_name").GetString()!);

    private static long Uss(JsonElement[] groups, string name) =>
        Assert.Single(groups, group => group.GetProperty("group_name").GetString() == name).GetProperty("mem_uss").GetInt64();

    private ProcCopy.FixtureProcess Add(int pid, string comm, uint uid) => copy.Add(pid, comm, uid: uid, maps: OneMapping);

    private Outcome Run(params string[] arguments) => LinuxMemCommand.Run(["groups", "--proc-root", copy.Root, .. arguments]);

    private JsonElement[] Json(params string[] arguments)
    {
        Outcome outcome = Run(["-o", "json", .. arguments]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
