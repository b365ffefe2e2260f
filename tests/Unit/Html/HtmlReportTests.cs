using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Html;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Html;

/// <summary>The file of a report: what is in it, what it lets run, and how it is written.</summary>
[Beside(Company.Sessions)]
public sealed partial class HtmlReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Names_are_data_and_no_markup()
    {
        string page = Written("</script><img src=x onerror=alert(1)>'\"&<!--\u001b\u202e\udcff");

        string json = Data().Match(page).Groups["json"].Value;
        Assert.DoesNotContain('<', json);
        Assert.Equal("</script><img src=x onerror=alert(1)>'\"&<!--\\x1B\\u202E\\xFF", JsonDocument.Parse(json).RootElement.GetProperty("tables")[0].GetProperty("rows")[0][1].GetString());
        Assert.DoesNotContain("<img", page.Replace(Data().Match(page).Value, string.Empty, StringComparison.Ordinal)[..2000], StringComparison.Ordinal);
    }

    [Fact]
    public void Its_policy_lets_its_own_scripts_run_by_their_hashes_and_nothing_else()
    {
        string page = Written("g");

        string policy = Policy().Match(page).Groups["policy"].Value;
        string[] scripts = [.. Script().Matches(page).Select(match => Hash(match.Groups["text"].Value))];
        Assert.Equal(2, scripts.Length);
        Assert.Equal($"default-src 'none'; script-src {scripts[0]} {scripts[1]}; style-src {Hash(Style().Match(page).Groups["text"].Value)}; base-uri 'none'; form-action 'none'", policy);
    }

    [Fact]
    public void The_licences_of_what_is_in_it_go_along()
    {
        string page = Written("g");

        Assert.Contains("Licensed to the Apache Software Foundation (ASF)", page, StringComparison.Ordinal);
        Assert.Contains("Apache License\n                           Version 2.0", page, StringComparison.Ordinal);
        Assert.Contains("Copyright (c) 2017, Baidu Inc.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_smallest_of_many_rows_are_left_out_and_summed_up()
    {
        var data = new ReportData();
        for (int i = 1; i <= ReportData.MaxRows + 3; i++)
        {
            int held = i;
            data.Add(GroupColumns.All, column => column.Heading switch { "group_name" => $"g{held}", "mem_held" or "mem_pss" => (long)held, "computer_name" => "m", "split" => "UID", _ => null });
        }

        JsonElement table = JsonDocument.Parse(data.ToJson("1", DateTime.Now)).RootElement.GetProperty("tables")[0];
        Assert.Equal(ReportData.MaxRows, table.GetProperty("rows").GetArrayLength());
        JsonElement left = Assert.Single(table.GetProperty("left").EnumerateArray());
        Assert.Equal((3, 6, "mem_pss"), (left.GetProperty("count").GetInt32(), left.GetProperty("sum").GetInt32(), table.GetProperty("leftColumn").GetString()));
    }

    [Fact]
    public void Command_lines_and_environments_are_not_in_it()
    {
        using var names = new HostileNames();
        File.WriteAllText(Path.Combine(names.Root, "10/cmdline"), "program\0--password=secret-argument\0");
        File.AppendAllText(Path.Combine(names.Root, "10/environ"), "PASSWORD=secret-value\0");
        string file = Path.Combine(folder, "r.html");

        Outcome outcome = LinuxMemCommand.Run("report", file, "-u", "-e", "X", "--split-by", "comm", "--proc-root", names.Root);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        string json = Data().Match(File.ReadAllText(file)).Groups["json"].Value;
        Assert.DoesNotContain("secret-", json, StringComparison.Ordinal);
        Assert.Equal(["group", "process", "mapping", "sharing", "shared_memory", "machine_part", "cgroup", "oracle"], JsonDocument.Parse(json).RootElement.GetProperty("tables").EnumerateArray().Select(table => table.GetProperty("thing").GetString()));
        HostileNames.AssertVisible(JsonDocument.Parse(json).RootElement.GetProperty("tables")[0].GetProperty("rows").ToString(), "the data");
    }

    [Fact]
    public void What_processes_map_of_shared_memory_is_in_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Directory.Exists("/dev/shm"), "Not tested: it takes root and /dev/shm.");
        string path = $"/dev/shm/linuxmem-report-{Guid.NewGuid()}";
        try
        {
            File.WriteAllBytes(path, new byte[8 * Environment.SystemPageSize]);
            using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
            using MemoryMappedViewAccessor view = file.CreateViewAccessor();
            for (int page = 0; page < 3; page++)
            {
                view.Write(page * Environment.SystemPageSize, 1);
            }

            using MemScan scan = MemScan.Begin(new ScanOptions { IncludeOpenFiles = true });
            OverviewResult overview = scan.Overview([.. scan.Table.Processes.Where(process => process.Id == Environment.ProcessId)], [new UidSplit()]);

            LinuxMem.SharedMemory one = Assert.Single(overview.Shared, one => one.Name == path);
            Assert.Equal((8L * Environment.SystemPageSize, 3L * Environment.SystemPageSize), (one.Rss, one.Mapped));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_only_by_force_and_nobody_else_may_read_it()
    {
        string file = Path.Combine(folder, "r.html");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, (Written("g", file), File.GetUnixFileMode(file)).Item2);

        HtmlReport report = Report("h");
        Assert.Equal(LinuxMemError.FileExists, Assert.Throws<LinuxMemException>(() => report.Write(file, force: false)).Kind);
        Assert.Equal(LinuxMemError.FileExists, Assert.Throws<LinuxMemException>(() => HtmlReport.Verify(file, force: false)).Kind);
        Assert.Equal(file, report.Write(file, force: true));
        Assert.Single(Directory.GetFiles(folder));
        Assert.StartsWith("There is nothing to report", Assert.Throws<LinuxMemException>(() => new HtmlReport().Write(file, force: true)).Message, StringComparison.Ordinal);
    }

    private static HtmlReport Report(string name)
    {
        var report = new HtmlReport();
        report.Add(GroupColumns.All, column => column.Heading switch { "group_name" => name, "mem_held" => 1L, _ => null });
        return report;
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private string Written(string name, string? path = null)
    {
        string file = path ?? Path.Combine(folder, "one.html");
        Report(name).Write(file, force: true);
        return File.ReadAllText(file);
    }

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(?<json>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex("Content-Security-Policy\" content=\"(?<policy>[^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<script>(?<text>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(?<text>.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
