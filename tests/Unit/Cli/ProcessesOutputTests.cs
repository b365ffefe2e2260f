using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Cli;

[Beside(Company.Sessions)]
public class ProcessesOutputTests
{
    private const string OneMapping = "10000-20000 rw-p 00000000 00:00 0 \n";

    private static readonly string[] Measured =
    [
        "mem_held", "mem_freed", "mem_rss", "mem_anon", "mem_file", "mem_shared", "mem_uss", "mem_pss",
        "swap_anon", "swap_rss", "swap_uss", "swap_held", "shm_mem", "shm_swap", "shm_uss", "shared_mem", "shared_swap", "shared_uss", "page_tables",
    ];

    private static readonly string[] Keys =
    [
        "pid", "ppid", "uid", "user", "comm", .. Measured,
        "real_uid", "gid", "command_line", "exe", "cgroup", "unit", "container", "pod", "instance", "start_time", "time", "computer_name",
    ];

    [Fact]
    public void Json_is_one_array_of_flat_objects_largest_first()
    {
        Rights.RequireFrameNumbers();

        Outcome outcome = LinuxMemCommand.Run("processes", "-o", "json");
        JsonElement[] processes = Json(outcome);

        Assert.Matches(@"\A(linuxmem: warning: [^\n]+\n)*Scanned \d+ process(es)? in \d+\.\d+ s", outcome.Error);
        Assert.All(processes, process => Assert.Equal(Keys, process.EnumerateObject().Select(property => property.Name)));
        Assert.All(processes, process => Assert.All(Measured, key => Assert.True(process.GetProperty(key).GetInt64() >= 0)));
        Assert.All(processes, process => Assert.InRange(process.GetProperty("mem_pss").GetInt64(), process.GetProperty("mem_uss").GetInt64(), process.GetProperty("mem_rss").GetInt64()));
        long[] sizes = [.. processes.Select(process => process.GetProperty("mem_held").GetInt64())];
        Assert.Equal(sizes.OrderDescending(), sizes);
        Assert.True(sizes.Length > 1);
    }

    [Fact]
    public void Facts_are_those_of_the_process()
    {
        Rights.RequireFrameNumbers();
        using var sleep = new Sleeper([]);

        JsonElement process = Assert.Single(Json(LinuxMemCommand.Run("processes", "-o", "json", "-f", $"pid({sleep.Id})")));

        Assert.Equal(sleep.Id, process.GetProperty("pid").GetInt32());
        Assert.Equal(Environment.ProcessId, process.GetProperty("ppid").GetInt32());
        Assert.Equal("sleep 300", process.GetProperty("command_line").GetString());
        Assert.Equal(File.ReadAllText($"/proc/{sleep.Id}/comm").TrimEnd('\n'), process.GetProperty("comm").GetString());
        Assert.Equal(new FileInfo($"/proc/{sleep.Id}/exe").LinkTarget, process.GetProperty("exe").GetString());
        Assert.Equal(StatusField(sleep.Id, "Uid")[0], process.GetProperty("real_uid").GetInt64());
        Assert.Equal(StatusField(sleep.Id, "Uid")[1], process.GetProperty("uid").GetInt64());
        Assert.Equal(StatusField(sleep.Id, "Gid")[1], process.GetProperty("gid").GetInt64());
        Assert.Equal(StatusField(sleep.Id, "VmPTE")[0] * 1024, process.GetProperty("page_tables").GetInt64());

        using Process same = Process.GetProcessById(sleep.Id);
        var started = DateTime.ParseExact(process.GetProperty("start_time").GetString()!, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        Assert.InRange((started.ToUniversalTime() - same.StartTime.ToUniversalTime()).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Figures_are_those_of_each_process_by_itself()
    {
        using var copy = new ProcCopy();
        copy.Add(10, "small", uid: 4000001, maps: OneMapping).Map(0x10000, ProcCopy.Frame(1), ProcCopy.Slot(0, 9)).Map(0x1f000, 0);
        copy.Add(11, "large", uid: 4000001, maps: OneMapping).Map(0x10000, ProcCopy.Frame(1), ProcCopy.Frame(2), ProcCopy.Frame(3, file: true)).Map(0x1f000, 0);

        JsonElement[] processes = Json(LinuxMemCommand.Run("processes", "--proc-root", copy.Root, "-t", "1", "-m", "64", "-o", "json"));

        Assert.Equal([11, 10], processes.Select(process => process.GetProperty("pid").GetInt32()));
        string[] unknown = ["mem_file", "mem_shared", "swap_held", "shared_mem", "shared_swap", "shared_uss", "page_tables"];
        string[] known = [.. Measured.Except(unknown)];
        Assert.Equal([12288, 4096, 12288, 8192, 8192, 10240, 0, 0, 0, 0, 0, 0], known.Select(key => processes[0].GetProperty(key).GetInt64()));
        Assert.Equal([4096, 0, 4096, 4096, 0, 2048, 4096, 4096, 4096, 0, 0, 0], known.Select(key => processes[1].GetProperty(key).GetInt64()));
        Assert.All(unknown, key => Assert.Equal(JsonValueKind.Null, processes[0].GetProperty(key).ValueKind));
        Assert.Equal("4000001", processes[0].GetProperty("user").GetString());
    }

    [Fact]
    public void A_filter_limits_what_is_scanned()
    {
        using var copy = new ProcCopy();
        copy.Add(10, "a", maps: OneMapping).Map(0x10000, ProcCopy.Frame(1)).Map(0x1f000, 0);
        copy.Add(11, "b", maps: OneMapping).Map(0x10000, ProcCopy.Frame(1)).Map(0x1f000, 0);

        JsonElement process = Assert.Single(Json(LinuxMemCommand.Run("processes", "--proc-root", copy.Root, "-f", "comm(a)", "-o", "json")));
        Outcome none = LinuxMemCommand.Run("processes", "--proc-root", copy.Root, "-f", "comm(c)", "-o", "json");
        Outcome nothingListed = LinuxMemCommand.Run("processes", "-l", "--proc-root", copy.Root, "-f", "comm(c)", "-o", "csv");

        Assert.Equal(4096, process.GetProperty("mem_uss").GetInt64());
        Assert.Empty(Json(none));
        Assert.StartsWith("linuxmem: warning: no process matches the filter comm(c)\nScanned 0 processes in ", none.Error, StringComparison.Ordinal);
        Assert.Equal(0, nothingListed.ExitCode);
        Assert.Equal("linuxmem: warning: no process matches the filter comm(c)\n", nothingListed.Error);
        Assert.Equal(Keys, Assert.Single(CsvText.Parse(nothingListed.Output)));
    }

    [Fact]
    public void Tables_show_a_choice_of_the_columns()
    {
        using var copy = new ProcCopy();
        copy.Add(10, "a", maps: OneMapping);

        string measured = LinuxMemCommand.Run("processes", "--proc-root", copy.Root).Output;
        string listed = LinuxMemCommand.Run("processes", "--proc-root", copy.Root, "--list-only").Output;

        Assert.Equal(["pid", "user", "comm", "mem_held", "mem_freed", "mem_rss", "mem_anon", "mem_uss", "mem_pss", "swap_rss", "shm_mem", "page_tables"], Headings(measured));
        Assert.Equal(["pid", "ppid", "uid", "user", "comm", "command_line"], Headings(listed));
    }

    [Fact]
    public void Names_that_are_hostile_do_no_harm()
    {
        const string Name = "a) \u001b[31m\r\n日";
        using var copy = new ProcCopy();
        copy.Add(10, Name, maps: OneMapping).Map(0x1f000, 0);

        foreach (string[] mode in new[] { Array.Empty<string>(), ["--list-only"] })
        {
            string[] arguments = ["processes", "--proc-root", copy.Root, .. mode];
            string[] lines = LinuxMemCommand.Run(arguments).Output.Split('\n');

            Assert.Contains(" a) \\x1B[31m\\r\\n日 │", lines[3], StringComparison.Ordinal);
            Assert.Equal(6, lines.Length);
            JsonElement process = Assert.Single(Json(LinuxMemCommand.Run([.. arguments, "-o", "json"])));
            Assert.Equal(Name, process.GetProperty("comm").GetString());
            Assert.Equal(Name, process.GetProperty("command_line").GetString());
            List<string[]> records = CsvText.Parse(LinuxMemCommand.Run([.. arguments, "-o", "csv"]).Output);
            Assert.Equal(Keys, records[0]);
            Assert.Equal(Name, records[1][4]);
        }
    }

    [Fact]
    public void A_long_command_line_is_cut_in_tables_only()
    {
        string line = new('x', 5000);
        using var copy = new ProcCopy();
        copy.Add(10, "a", maps: OneMapping).Write("cmdline", line + "\0");

        string[] table = LinuxMemCommand.Run("processes", "-l", "--proc-root", copy.Root).Output.Split('\n');
        JsonElement process = Assert.Single(Json(LinuxMemCommand.Run("processes", "-l", "--proc-root", copy.Root, "-o", "json")));

        Assert.EndsWith($"│ {line[..79]}… │", table[3], StringComparison.Ordinal);
        Assert.Equal(line, process.GetProperty("command_line").GetString());
    }

    [Fact]
    public void Listing_needs_no_rights_and_measures_nothing()
    {
        Rights.RequireSetPriv();
        string[] words = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. LinuxMemCommand.Words, "processes", "--list-only"];

        Outcome outcome = LinuxMemCommand.Start([.. words, "-o", "json"]);
        JsonElement[] processes = Json(outcome);
        List<string[]> records = CsvText.Parse(LinuxMemCommand.Start([.. words, "-o", "csv"]).Output);

        Assert.Empty(outcome.Error);
        Assert.All(processes, process => Assert.Equal(Keys, process.EnumerateObject().Select(property => property.Name)));
        Assert.All(processes, process => Assert.All(Measured.Except(["page_tables"]), key => Assert.Equal(JsonValueKind.Null, process.GetProperty(key).ValueKind)));
        int[] ids = [.. processes.Select(process => process.GetProperty("pid").GetInt32())];
        Assert.Equal(ids.Order(), ids);
        JsonElement self = Assert.Single(processes, process => process.GetProperty("pid").GetInt32() == Environment.ProcessId);
        Assert.Equal(0, self.GetProperty("uid").GetInt64());
        Assert.Equal(JsonValueKind.Null, self.GetProperty("exe").ValueKind);
        Assert.NotEmpty(self.GetProperty("command_line").GetString()!);
        Assert.True(self.GetProperty("page_tables").GetInt64() > 0);

        Assert.Equal(Keys, records[0]);
        Assert.All(records.Skip(1), record => Assert.All(record[5..15], figure => Assert.Empty(figure)));
        JsonElement own = Assert.Single(Json(LinuxMemCommand.Start([.. words, "-o", "json", "-f", $"and(uid(65534),ppid({Environment.ProcessId}))"])));
        Assert.Contains("--list-only", own.GetProperty("command_line").GetString(), StringComparison.Ordinal);
    }

    private static string[] Headings(string table) =>
        [.. table.Split('\n')[1].Split('│', StringSplitOptions.RemoveEmptyEntries).Select(heading => heading.Trim())];

    private static long[] StatusField(int pid, string name) =>
        [.. File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            .Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => char.IsAsciiDigit(word[0])).Select(word => long.Parse(word, CultureInfo.InvariantCulture))];

    private static JsonElement[] Json(Outcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
