using System.Text.Json;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Cli;

/// <summary><c>linuxmem mappings</c> and <c>linuxmem sharing</c>.</summary>
[Beside(Company.Sessions)]
public class MappingsOutputTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Json_has_the_lines_of_the_groups_asked_for_with_their_keys()
    {
        using Workload workload = Ground.Start("anon 40 write 0 40 1 memfd 20 write 0 20 1 fork end");
        workload.Stop();

        JsonElement[] lines = Json("mappings", "-p", string.Join(',', workload.Pids));

        Assert.All(lines, line => Assert.Equal("workload (2)", line.GetProperty("group_name").GetString()));
        JsonElement memfd = Assert.Single(lines, line => line.GetProperty("kind").GetString() == "Memfd");
        Assert.Equal(
            ("/memfd:staged", 2, 2, 40L * Page, 20L * Page, 0L, 20L * Page, 20L * Page, 0L),
            (memfd.GetProperty("mapping").GetString(), memfd.GetProperty("procs").GetInt32(), memfd.GetProperty("mappings").GetInt32(), memfd.GetProperty("size").GetInt64(), memfd.GetProperty("mem_rss").GetInt64(), memfd.GetProperty("mem_anon").GetInt64(), memfd.GetProperty("mem_uss").GetInt64(), memfd.GetProperty("mem_pss").GetInt64(), memfd.GetProperty("swap_rss").GetInt64()));
    }

    [Fact]
    public void A_table_is_a_section_for_each_group_and_ends_with_the_rest()
    {
        using Workload workload = Ground.Start("anon 40 write 0 40 1");
        Outcome outcome = LinuxMemCommand.Run("mappings", "-p", $"{workload.Pid}", "--top", "2");

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("workload\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(" more) ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(3 + 4, outcome.Output.TrimEnd().Split('\n').Length - 1);
    }

    [Fact]
    public void Lines_by_kind()
    {
        using Workload workload = Ground.Start("anon 40 write 0 40 1");

        Assert.Contains(Json("mappings", "-p", $"{workload.Pid}", "--by", "kind"), line => line.GetProperty("mapping").GetString() == "Anonymous");
        string[] table = LinuxMemCommand.Run("mappings", "-p", $"{workload.Pid}", "--by", "kind").Output.Split('\n');
        Assert.StartsWith("│ kind ", table[2], StringComparison.Ordinal);
        Assert.DoesNotContain("mapping ", table[2], StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(table, line => line.StartsWith("│ Anonymous", StringComparison.Ordinal)).Split("Anonymous").Length - 1);
    }

    [Fact]
    public void Sharing_has_each_two_groups_and_each_with_anyone()
    {
        using Workload workload = Ground.Start("anon 40 write 0 40 1 fork end");
        workload.Stop();

        JsonElement[] lines = Json("sharing", "-f", $"or(pid({workload.Pids[0]}),pid({workload.Pids[1]}))", "--split-by", "Id");

        Assert.Equal(3, lines.Length);
        JsonElement pair = Assert.Single(lines, line => !line.GetProperty("with_anyone").GetBoolean());
        Assert.InRange(pair.GetProperty("shared").GetInt64(), 40L * Page, long.MaxValue);
        Assert.Equal(["(anyone)", "(anyone)"], lines.Where(line => line.GetProperty("with_anyone").GetBoolean()).Select(line => line.GetProperty("other_name").GetString()));
    }

    [Theory]
    [InlineData("--by needs mapping or kind, not 'x'.", "mappings", "--by", "x")]
    [InlineData("the groups of one split", "mappings", "-u", "--split-by", "Comm")]
    [InlineData("needs groups to compare", "sharing")]
    [InlineData("--top: '0' is not a whole number from 1", "mappings", "--top", "0")]
    public void What_makes_no_sense_is_wrong_usage(string message, params string[] arguments)
    {
        Outcome outcome = LinuxMemCommand.Run(arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    private static JsonElement[] Json(params string[] arguments) => [.. JsonDocument.Parse(LinuxMemCommand.Run([.. arguments, "-o", "json"]).Output).RootElement.EnumerateArray()];
}
