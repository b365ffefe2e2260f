using System.Text.Json;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Cli;

/// <summary><c>linuxmem groups --interval --samples</c>: one report after the other.</summary>
[Beside(Company.Everybody)]
public sealed class SamplesTests : IDisposable
{
    private readonly ProcCopy copy = new();

    public SamplesTests() => copy.Add(10, maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(5)).Map(0x1f000, 0);

    public void Dispose() => copy.Dispose();

    [Fact]
    public void Samples_are_tables_each_with_its_time()
    {
        Outcome outcome = LinuxMemCommand.Run("groups", "--interval", "0.01", "--samples", "3", "--proc-root", copy.Root);

        Assert.Equal(0, outcome.ExitCode);
        string[] titles = [.. outcome.Output.Split('\n').Where(line => line.StartsWith("All", StringComparison.Ordinal))];
        Assert.Equal(3, titles.Length);
        Assert.All(titles, title => Assert.StartsWith("All", title, StringComparison.Ordinal));
    }

    [Fact]
    public void Samples_are_one_array_and_one_list()
    {
        string json = LinuxMemCommand.Run("groups", "-n", "3", "-i", "0.01", "-o", "json", "--proc-root", copy.Root).Output;
        string csv = LinuxMemCommand.Run("groups", "-n", "3", "-i", "0.01", "-o", "csv", "--proc-root", copy.Root).Output;

        JsonElement array = JsonDocument.Parse(json).RootElement;
        Assert.Equal(3, array.GetArrayLength());
        Assert.All(array.EnumerateArray(), row => Assert.Equal(4096, row.GetProperty("mem_held").GetInt64()));
        Assert.All(array.EnumerateArray(), row => Assert.False(string.IsNullOrEmpty(row.GetProperty("identity").GetString())));
        Assert.Equal(4, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_signal_ends_samples_at_once_and_closes_the_array()
    {
        Outcome outcome = LinuxMemCommand.Start(["timeout", "--preserve-status", "-s", "INT", "3", .. LinuxMemCommand.Words, "groups", "--interval", "1000", "-o", "json", "--proc-root", copy.Root]);

        Assert.Equal(130, outcome.ExitCode);
        Assert.Equal(1, JsonDocument.Parse(outcome.Output).RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("table")]
    public void Samples_end_when_nobody_reads_them_any_more(string output)
    {
        string script = $"set -o pipefail; timeout -k 5 30 \"$@\" groups --interval 0.1 -o {output} --proc-root {copy.Root} | head -n 1";

        Outcome outcome = LinuxMemCommand.Start(["bash", "-c", script, "bash", .. LinuxMemCommand.Words]);

        Assert.Equal(0, outcome.ExitCode);
        Assert.NotEmpty(outcome.Output);
    }

    [Theory]
    [InlineData("groups", "--interval", "1")]
    [InlineData("groups", "--samples", "2")]
    [InlineData("watch")]
    public void A_snapshot_has_one_time_and_is_not_sampled(params string[] arguments)
    {
        File.WriteAllText(Path.Combine(copy.Root, "linuxmem.json"), "{ \"version\": 1, \"pageSize\": 4096 }");

        Outcome outcome = LinuxMemCommand.Run([.. arguments, "--proc-root", copy.Root]);

        Assert.Equal((2, string.Empty), (outcome.ExitCode, outcome.Output));
        Assert.Contains($"'{copy.Root}' is a snapshot: it has one time", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Compare-MemGroup", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("1e3")]
    public void What_is_no_interval_is_refused(string interval)
    {
        Outcome outcome = LinuxMemCommand.Run("groups", $"--interval={interval}");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("is not a number of seconds", outcome.Error, StringComparison.Ordinal);
    }
}
