using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Fixtures;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Metrics;

/// <summary><c>linuxmem … -o openmetrics</c>, of a machine whose names are hostile, held against what others read it with.</summary>
[Beside(Company.Everybody)]
public sealed class MetricCommandTests(HostileMetrics metrics) : IClassFixture<HostileMetrics>
{
    private const string Parser = "from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse\nimport sys\nfor name in sys.argv[1:]:\n  families = list(parse(open(name, newline='\\n').read()))\n  assert families, name\n  assert all(f.type in ('gauge', 'counter') and f.documentation for f in families), name\n";

    [Fact]
    public void No_name_breaks_a_line_or_comes_out_raw()
    {
        Assert.All(metrics.Texts, text =>
        {
            HostileNames.AssertVisible(text.Value, text.Key);
            Assert.EndsWith("\n# EOF\n", text.Value, StringComparison.Ordinal);
            string[] samples = [.. text.Value.Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
            Assert.NotEmpty(samples);
            Assert.All(samples, line => Assert.StartsWith("linuxmem_", line, StringComparison.Ordinal));
            Assert.Equal(samples.Length, samples.Select(line => line[..line.LastIndexOf(' ')]).Distinct().Count());
        });
        Assert.Contains("group_name=\"a\\\\x1B[31m", metrics.Texts["groups"], StringComparison.Ordinal);
    }

    [Fact]
    public void No_value_of_an_environment_is_in_it_but_those_asked_for()
    {
        Assert.All(metrics.Texts, text => Assert.DoesNotContain("secret-value", text.Value, StringComparison.Ordinal));
        Assert.Contains("split=\"environment variable X\"", metrics.Texts["groups"], StringComparison.Ordinal);
    }

    [Fact]
    public void Promtool_finds_no_fault_with_the_files_for_node_exporter()
    {
        Assert.SkipUnless(Command.Exists("promtool"), "Not tested: there is no promtool (package prometheus).");

        // A complaint is an exit code, which Run makes an exception of.
        Assert.All(metrics.Files, file => Command.Run("sh", "-c", $"promtool check metrics < '{file}'"));
    }

    [Fact]
    public void The_parser_of_OpenMetrics_of_Prometheus_for_Python_takes_it()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/python3/dist-packages/prometheus_client/openmetrics/parser.py"), "Not tested: there is no python3-prometheus-client.");

        Command.Run("/usr/bin/python3", ["-c", Parser, .. metrics.TextFiles]);
    }

    [Fact]
    public void Path_and_max_rows_belong_to_metrics()
    {
        Outcome outcome = LinuxMemCommand.Run("tmpfs", "--path", "/nosuch/x");

        Assert.Equal((2, "linuxmem: --path and --max-rows belong to metrics. Give -o openmetrics with them."), (outcome.ExitCode, outcome.Error.Split('\n')[0]));
    }
}

/// <summary>The metrics of every command, made once.</summary>
public sealed class HostileMetrics : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-metrics-").FullName;
    private readonly HostileNames names = new();

    public HostileMetrics()
    {
        File.AppendAllText(Path.Combine(names.Root, "11/environ"), "PASSWORD=secret-value\0");
        foreach (string[] command in new string[][] { ["groups", "-u", "-e", "X", "--split-by", "comm"], ["processes"], ["mappings"], ["sharing", "--split-by", "comm"], ["shared"], ["machine"], ["shm"], ["tmpfs"], ["oracle"] })
        {
            string file = Path.Combine(folder, command[0] + ".prom");
            Outcome outcome = LinuxMemCommand.Run([.. command, "--proc-root", names.Root, "-o", "openmetrics", "--path", file]);
            Assert.True(outcome is { ExitCode: 0, Output.Length: 0 }, outcome.Error);
            Texts[command[0]] = File.ReadAllText(file);
            Files.Add(file);

            // The forms are the same where there is no counter.
            TextFiles.Add(file);
        }
    }

    /// <summary>The text of each command.</summary>
    public Dictionary<string, string> Texts { get; } = [];

    /// <summary>The files in the form for node_exporter.</summary>
    public List<string> Files { get; } = [];

    /// <summary>The files that are OpenMetrics, too.</summary>
    public List<string> TextFiles { get; } = [];

    public void Dispose()
    {
        names.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
