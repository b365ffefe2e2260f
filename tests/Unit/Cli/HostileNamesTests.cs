using System.Text.Json;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Cli;

/// <summary>Every command over a tree full of hostile names: no character of theirs comes out raw.</summary>
[Beside(Company.Everybody)]
public class HostileNamesTests
{
    public static TheoryData<string> Lines =>
    [
        "groups -u -e X --split-by Comm --split-by CommandLine --split-by Cgroup", "groups -f comm(nobody)",
        "processes", "processes -l", "shm", "tmpfs", "oracle",
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Tables_and_warnings_spell_out_what_does_not_print(string line)
    {
        using var names = new HostileNames();

        Outcome outcome = Run(line, names.Root);

        Assert.Equal(0, outcome.ExitCode);
        HostileNames.AssertVisible(outcome.Output, line);
        HostileNames.AssertVisible(outcome.Error, line);
        if (line.StartsWith("groups -u", StringComparison.Ordinal))
        {
            Assert.Contains("11 (a\\x1B[31m", outcome.Error, StringComparison.Ordinal);
            Assert.Contains("process 12 (a\\x1B[31m", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Json_escapes_what_does_not_print_and_loses_nothing(string line)
    {
        using var names = new HostileNames();

        Outcome outcome = Run(line + " -o json", names.Root);

        HostileNames.AssertVisible(outcome.Output, line);
        using JsonDocument read = JsonDocument.Parse(outcome.Output);
        if (line.StartsWith("processes", StringComparison.Ordinal))
        {
            string comm = read.RootElement.EnumerateArray().First(process => process.GetProperty("pid").GetInt32() == 10).GetProperty("comm").GetString()!;
            Assert.Equal(HostileNames.Name.Replace("\udc9b", "\\x9B", StringComparison.Ordinal).Replace("\udcff", "\\xFF", StringComparison.Ordinal), comm);
        }
    }

    [Fact]
    public void Csv_is_as_it_is_for_programs_and_spelled_out_on_a_terminal()
    {
        Assert.SkipUnless(Staging.Command.Exists("script"), "Not tested: there is no program 'script' to make a terminal with.");
        using var names = new HostileNames();

        string piped = Run("processes -l -o csv", names.Root).Output;
        Outcome shown = LinuxMemCommand.Start(["script", "-qec", $"{string.Join(' ', LinuxMemCommand.Words)} processes -l -o csv --proc-root {names.Root}", "/dev/null"]);

        Assert.Contains("b\u200d\u202e\u3164", piped, StringComparison.Ordinal);

        // The runtime greets the terminal, and takes leave of it.
        string text = shown.Output[shown.Output.IndexOf("pid,", StringComparison.Ordinal)..].Replace("\r", string.Empty, StringComparison.Ordinal);
        HostileNames.AssertVisible(text[..text.LastIndexOf('\n')], "csv");
        Assert.Contains("b\\u200D\\u202E\\u3164", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    public void Csv_gives_programs_what_spreadsheets_take_for_formulas(string name)
    {
        using var copy = new ProcCopy();
        copy.Add(10, name, maps: "10000-20000 rw-p 00000000 00:00 0 \n");

        Assert.Contains($",{name},", Run("processes -l -o csv", copy.Root).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groups", "--split-custom", "comm(")]
    [InlineData("groups", "--proc-root", "/no/")]
    [InlineData("groups", "--split-by", "")]
    [InlineData("snapshot", "--proc-root", "/etc/")]
    [InlineData("", "", "")]
    public void Errors_spell_out_what_does_not_print(string command, string option, string before)
    {
        Outcome outcome = LinuxMemCommand.Run([.. new[] { command, option, before + HostileNames.Name[..^3] }.Where(word => word.Length > 0)]);

        Assert.NotEqual(0, outcome.ExitCode);
        HostileNames.AssertVisible(outcome.Error, command);
        HostileNames.AssertVisible(outcome.Output, command);
    }

    [Fact]
    public void The_error_of_a_snapshot_spells_out_the_names_in_it()
    {
        using var names = new HostileNames();

        Outcome outcome = Run("groups", names.Snapshot);

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("a\\x1B[31m", outcome.Error, StringComparison.Ordinal);
        HostileNames.AssertVisible(outcome.Error, "groups");
    }

    [Fact]
    public void A_value_that_reads_as_none_has_another_name_than_none()
    {
        using var copy = new ProcCopy();
        string[] values = ["(not set)", "\"(not set)\"", "(masked)", "Total", "plain"];
        copy.Add(9, maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x1f000, 0);
        for (int i = 0; i < values.Length; i++)
        {
            copy.Add(10 + i, maps: "10000-20000 rw-p 00000000 00:00 0 \n", environment: new Dictionary<string, string> { ["X"] = values[i] }).Map(0x1f000, 0);
        }

        using JsonDocument read = JsonDocument.Parse(Run("groups -e X -o json", copy.Root).Output);
        Dictionary<string, string?> keys = read.RootElement.EnumerateArray().ToDictionary(group => group.GetProperty("group_name").GetString()!, group => group.GetProperty("group_key").GetString());

        Assert.Equal(["\"\"(not set)\"\"", "\"(masked)\"", "\"(not set)\"", "\"Total\"", "(not set)", "plain"], keys.Keys.Order(StringComparer.Ordinal));
        Assert.Null(keys["(not set)"]);
        Assert.Equal("(not set)", keys["\"(not set)\""]);
    }

    private static Outcome Run(string line, string root) => LinuxMemCommand.Run([.. line.Split(' '), "--proc-root", root]);
}
