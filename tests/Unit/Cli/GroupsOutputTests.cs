using System.Globalization;
using System.Text.Json;

namespace LinuxMem.Unit.Cli;

[Beside(Company.Sessions)]
public class GroupsOutputTests
{
    private static readonly string[] Keys =
    [
        "split", "group_name", "procs", "mem_held", "mem_freed", "mem_rss", "mem_anon", "mem_file", "mem_shared", "mem_uss", "mem_pss",
        "swap_anon", "swap_rss", "swap_uss", "swap_held", "shm_mem", "shm_swap", "shm_uss", "shared_mem", "shared_swap", "shared_uss", "page_tables", "group_key", "identity", "report", "mem_by_node", "process_ids", "time", "computer_name",
    ];

    [Fact]
    public void Json_is_one_array_of_flat_objects_over_all_reports()
    {
        Rights.RequireFrameNumbers();

        JsonElement[] groups = Json("-u", "-e", "PATH", "-p", Self());

        Assert.All(groups, group => Assert.Equal(Keys, group.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(["UID", "environment variable PATH", "PID"], groups.Select(group => group.GetProperty("split").GetString()).Distinct());
        Assert.All(groups, group => Assert.All(
            group.EnumerateObject().Where(property => property.Name is not ("split" or "group_name" or "group_key" or "identity" or "mem_by_node" or "process_ids" or "time" or "computer_name")),
            property => Assert.True(property.Value.GetInt64() >= 0)));
        Assert.All(groups, group => Assert.InRange(group.GetProperty("mem_pss").GetInt64(), group.GetProperty("mem_uss").GetInt64(), group.GetProperty("mem_rss").GetInt64()));
    }

    [Fact]
    public void Without_a_split_there_is_one_group()
    {
        Rights.RequireFrameNumbers();

        JsonElement all = Assert.Single(Json());

        Assert.Equal("All", all.GetProperty("group_name").GetString());
        Assert.True(all.GetProperty("mem_rss").GetInt64() > 1 << 20);
        Assert.Equal(all.GetProperty("mem_rss").GetInt64(), all.GetProperty("mem_uss").GetInt64());
    }

    [Fact]
    public void All_ids_are_one_list()
    {
        Rights.RequireFrameNumbers();
        using var sleep = new Sleeper([]);

        string[] names = [.. Json("-p", Self(), "-p", $"{sleep.Id},{sleep.Id}").Select(Name).Order(StringComparer.Ordinal)];

        Assert.Equal(["Other", $"or(pid({Self()}),pid({sleep.Id}))"], names);
    }

    [Fact]
    public void Each_name_of_a_program_is_a_group()
    {
        Rights.RequireFrameNumbers();
        using var sleep = new Sleeper([]);

        JsonElement[] groups = Json("SLEEP", "slee?", "nosuchname", "nosuch*", "-u");

        JsonElement[] named = [.. groups.Where(group => group.GetProperty("split").GetString() == "Name")];
        Assert.Equal(["Other", "SLEEP", "slee?"], named.Select(Name).Order(StringComparer.Ordinal));
        Assert.True(Procs(named, "SLEEP") >= 1);
        Assert.Equal(0, Procs(named, "slee?"));
        Assert.Contains(groups, group => group.GetProperty("split").GetString() == "UID");
        Outcome empty = LinuxMemCommand.Run("groups", " ");
        Assert.Equal((2, string.Empty), (empty.ExitCode, empty.Output));
        Assert.Contains("The name of a program is empty", empty.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groups")]
    [InlineData("mappings")]
    [InlineData("sharing")]
    public void A_name_that_no_process_has_is_told_and_ends_with_1_where_nothing_else_is_found(string command)
    {
        Rights.RequireFrameNumbers();
        using var sleep = new Sleeper([]);

        Outcome none = LinuxMemCommand.Run(command, "nosuchname", "nosuch*");
        Outcome some = LinuxMemCommand.Run(command, "nosuchname", "sleep");
        Outcome pattern = LinuxMemCommand.Run(command, "nosuch*");
        Outcome filtered = LinuxMemCommand.Run(command, "sleep", "-f", "comm(nosuch)");

        Assert.Equal((1, string.Empty), (none.ExitCode, none.Output));
        Assert.StartsWith("linuxmem: There is no process of the name 'nosuchname'. ", none.Error, StringComparison.Ordinal);
        Assert.Equal(0, some.ExitCode);
        Assert.Contains("There is no process of the name 'nosuchname'. ", some.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nosuchname", some.Output, StringComparison.Ordinal);
        Assert.Equal((0, string.Empty), (pattern.ExitCode, pattern.Output));
        Assert.DoesNotContain("no process of the name", pattern.Error, StringComparison.Ordinal);
        Assert.Equal(1, filtered.ExitCode);
        Assert.Contains("linuxmem: The filter leaves out all processes of the name 'sleep'.", filtered.Error, StringComparison.Ordinal);
        Assert.Equal(["[", "]"], LinuxMemCommand.Run(command, "nosuchname", "-o", "json").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_name_longer_than_the_kernel_keeps_is_compared_by_what_it_keeps()
    {
        using var copy = new LinuxMem.Unit.Fixtures.ProcCopy();
        copy.Add(5, comm: "postgres_export", maps: "10000-11000 rw-p 00000000 00:00 0 \n").Map(0x10000, LinuxMem.Unit.Fixtures.ProcCopy.Frame(77));
        copy.Add(6, comm: "postgres", maps: "10000-11000 rw-p 00000000 00:00 0 \n").Map(0x10000, LinuxMem.Unit.Fixtures.ProcCopy.Frame(78));

        JsonElement[] groups = Json("Postgres_Exporter", "--proc-root", copy.Root);

        Assert.Equal((1, 1), (Procs(groups, "Postgres_Exporter"), Procs(groups, null)));
    }

    [Fact]
    public void A_variable_that_is_not_set_differs_from_every_value()
    {
        Rights.RequireFrameNumbers();
        using var none = new Sleeper(["LINUXMEM_TEST=None"]);
        using var notSet = new Sleeper(["LINUXMEM_TEST=(not set)"]);
        using var empty = new Sleeper(["LINUXMEM_TEST="]);

        JsonElement[] groups = Json("-e", "LINUXMEM_TEST");

        Assert.Equal(1, Procs(groups, "None"));
        Assert.Equal(1, Procs(groups, "(not set)"));
        Assert.Equal(1, Procs(groups, string.Empty));
        Assert.True(Procs(groups, null) >= 1);
        string csv = LinuxMemCommand.Run("groups", "-e", "LINUXMEM_TEST", "-o", "csv").Output;
        Assert.Matches("[0-9],\"\",[^,]*,1,[^,]*,[0-9 ]+,[^,]+Z,[^,]+\r\n", csv);
        Assert.Matches("[0-9],,[^,]*,1,[^,]*,[0-9 ]+,[^,]+Z,[^,]+\r\n", csv);
    }

    [Fact]
    public void Names_that_are_hostile_do_no_harm()
    {
        Rights.RequireFrameNumbers();

        // Not UTF-8, a colour code, a line break, quotes, commas, wide and combining characters.
        using var sleep = new Sleeper(["LINUXMEM_TEST=\\377\\033[31m\\n\"x\",y 日本e\\314\\201"]);

        string[] lines = LinuxMemCommand.Run("groups", "-e", "LINUXMEM_TEST").Output.Split('\n');
        string line = Assert.Single(lines, l => l.Contains("日本", StringComparison.Ordinal));
        Assert.Contains("\\xFF\\x1B[31m\\n\"x\",y 日本e\u0301 ", line, StringComparison.Ordinal);

        // Two wide characters and a combining one: a character less than the rule above is as wide as it.
        Assert.Equal(lines[1].Length - 2 + 1, line.Length);

        const string Expected = "\\xFF\u001b[31m\n\"x\",y 日本e\u0301";
        Assert.Contains(Expected, Json("-e", "LINUXMEM_TEST").Select(Name));
        List<string[]> records = CsvText.Parse(LinuxMemCommand.Run("groups", "-e", "LINUXMEM_TEST", "-o", "csv").Output);
        Assert.Contains(Expected, records.Select(record => record[1]));
    }

    [Fact]
    public void Csv_has_the_keys_as_its_header_and_reads_back()
    {
        Rights.RequireFrameNumbers();

        Outcome outcome = LinuxMemCommand.Run("groups", "-u", "-e", "PATH", "-o", "csv");
        List<string[]> records = CsvText.Parse(outcome.Output);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(Keys, records[0]);
        Assert.All(records, record => Assert.Equal(Keys.Length, record.Length));
        Assert.All(records.Skip(1), record => Assert.All(record[2..13], field => Assert.True(long.Parse(field, NumberStyles.None, CultureInfo.InvariantCulture) >= 0)));
        Assert.True(records.Count > 2);
    }

    [Fact]
    public void A_table_is_a_title_over_the_columns_of_old_for_each_report()
    {
        Rights.RequireFrameNumbers();

        Outcome outcome = LinuxMemCommand.Run("groups", "-u", "-e", "PATH");
        string[] tables = outcome.Output.Split("\n\n");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches(@"\A(linuxmem: warning: [^\n]+\n)*Scanned \d+ process(es)? in \d+\.\d+ s", outcome.Error);
        Assert.Equal(2, tables.Length);
        Assert.StartsWith("UID\n┌─", tables[0], StringComparison.Ordinal);
        Assert.StartsWith("environment variable PATH\n┌─", tables[1], StringComparison.Ordinal);
        Assert.EndsWith("─┘\n", tables[1], StringComparison.Ordinal);
        string[] headings = [.. tables[0].Split('\n')[2].Split('│', StringSplitOptions.RemoveEmptyEntries).Select(heading => heading.Trim())];
        Assert.Equal(["group_name", "procs", "mem_held", "mem_freed", "mem_rss", "mem_anon", "mem_uss", "swap_anon", "swap_rss", "swap_uss", "shm_mem", "shm_swap"], headings);
        Assert.Matches(@"│ +\d+ │ +\d+\.\d\d [KMGT]iB │", tables[0]);
        Assert.DoesNotContain(" 0 B ", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', outcome.Output);
        Assert.Single(tables[0].Split('\n').Skip(1).Select(line => line.Length).Distinct());
    }

    [Fact]
    public void Limits_are_accepted()
    {
        Rights.RequireFrameNumbers();

        Outcome outcome = LinuxMemCommand.Run("groups", "-t", "1", "-m", "9223372036854775807", "--proc-root", "/proc", "-o", "json");

        Assert.Equal(0, outcome.ExitCode);
    }

    private static string Self() => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static string Name(JsonElement group) => group.GetProperty("group_name").GetString()!;

    private static int Procs(JsonElement[] groups, string? key) =>
        Assert.Single(groups, group => group.GetProperty("group_key").GetString() == key).GetProperty("procs").GetInt32();

    private static JsonElement[] Json(params string[] arguments)
    {
        Outcome outcome = LinuxMemCommand.Run(["groups", "-o", "json", .. arguments]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
