using System.Text.RegularExpressions;
using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Metrics;
using LinuxMem.Unit.Architecture;

namespace LinuxMem.Unit.Metrics;

/// <summary>The metrics, as they follow from the columns, and the text that has them.</summary>
[Beside(Company.Everybody)]
public sealed partial class MetricTextTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-metrics-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Names_are_as_the_convention_has_them_and_no_two_metrics_have_one()
    {
        Metric[] all = [.. Reported.Things.SelectMany(Metric.Of), Metric.ReadAt, Metric.LeftOut];

        Assert.Equal(all.Length, all.Select(metric => metric.Name).Distinct().Count());
        Assert.All(all, metric =>
        {
            Assert.Matches(Name(), metric.Name);
            Assert.True(metric.Unit.Length == 0 || metric.Name.EndsWith("_" + metric.Unit, StringComparison.Ordinal), metric.Name);
            Assert.False(metric.Name.EndsWith("_total", StringComparison.Ordinal), metric.Name);
            Assert.Matches(Sentence(), metric.Help);
        });
        Assert.All(Reported.Things.SelectMany(thing => thing.LabelColumns), label => Assert.Matches(Name(), label.Heading));
    }

    [Fact]
    public void Names_stay_as_they_are_documented()
    {
        // Alerts and dashboards of others are written with these.
        string[] known = ["linuxmem_group_held_bytes", "linuxmem_group_procs", "linuxmem_machine_part_bytes", "linuxmem_cgroup_oom_kills", "linuxmem_cgroup_pressure_some_ratio", "linuxmem_shm_rss_bytes", "linuxmem_tmpfs_fs_used_bytes", "linuxmem_oracle_sga_bytes", "linuxmem_process_freed_bytes"];

        Assert.Empty(known.Except(Reported.Things.SelectMany(Metric.Of).Select(metric => metric.Name)));
    }

    [Fact]
    public void The_page_of_the_metrics_lists_them_all_and_no_others()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "metrics.md"));
        string list = string.Join("\n", List());

        // So that whoever adds a column can copy it from the message.
        Assert.True(page.Contains(list, StringComparison.Ordinal), $"docs/metrics.md needs this list:\n\n{list}");
    }

    [Fact]
    public void A_thing_that_nobody_has_described_gets_metrics_by_its_columns()
    {
        var thing = new ColumnSet<Sized>
        {
            Data = [new("page_size", nameof(Sized.PageSize), ColumnKind.Size, one => one.PageSize), new("mem_used", nameof(Sized.MemUsed), ColumnKind.Size, one => one.MemUsed), new("text", nameof(Sized.Text), ColumnKind.Text, one => one.Text)],
            Table = [],
            List = [],
            Compact = [],
            Full = [],
            Keys = [nameof(Sized.PageSize)],
            Summary = [nameof(Sized.PageSize)],
        };

        Metric metric = Assert.Single(Metric.Of(thing));
        Assert.Equal(("linuxmem_sized_used_bytes", "gauge", "bytes"), (metric.Name, metric.Type, metric.Unit));
        Assert.Equal("page_size=\"4096\"", MetricRow.From(thing, [metric], column => column.Of(new Sized(4096, 5, "t"))).Labels);
    }

    [Fact]
    public void A_text_has_a_header_and_a_sample_for_each_figure_that_is_known()
    {
        var samples = new MetricSamples();
        Add(samples, Cgroup("/a\"\\b\n\u001b", 3));

        string[] lines = [.. samples.Lines(MetricForm.OpenMetrics, [])];

        Assert.Equal(
            [
                "# HELP linuxmem_cgroup_current_bytes What the kernel has charged to it and to the groups below it.",
                "# TYPE linuxmem_cgroup_current_bytes gauge",
                "# UNIT linuxmem_cgroup_current_bytes bytes",
                "linuxmem_cgroup_current_bytes{name=\"c\",path=\"/a\\\"\\\\b\\\\n\\\\x1B\"} 100",
            ],
            lines.SkipWhile(line => !line.Contains("current", StringComparison.Ordinal)).Take(4));
        Assert.Contains("linuxmem_cgroup_oom_kills_total{name=\"c\",path=\"/a\\\"\\\\b\\\\n\\\\x1B\"} 3", lines);
        Assert.Contains("linuxmem_cgroup_pressure_some_ratio{name=\"c\",path=\"/a\\\"\\\\b\\\\n\\\\x1B\"} 0.125", lines);
        Assert.DoesNotContain(lines, line => line.Contains("charged_anon", StringComparison.Ordinal));
        Assert.Equal("# EOF", lines[^1]);
    }

    [Fact]
    public void A_counter_is_named_as_each_form_has_it()
    {
        var samples = new MetricSamples();
        Add(samples, Cgroup("/a", 3));

        Assert.Contains("# TYPE linuxmem_cgroup_oom_kills counter", samples.Lines(MetricForm.OpenMetrics, []));
        Assert.Contains("# TYPE linuxmem_cgroup_oom_kills_total counter", samples.Lines(MetricForm.Prometheus, []));
        Assert.Equal((MetricForm.Prometheus, MetricForm.OpenMetrics), (MetricFile.FormOf("/x/a.prom"), MetricFile.FormOf("/x/a.txt")));
    }

    [Fact]
    public void Of_several_samples_the_last_counts_and_what_is_gone_has_none()
    {
        var samples = new MetricSamples();
        Row(samples, "old", "2026-01-01T00:00:00Z", "7");
        Row(samples, "there", "2026-01-01T00:00:00Z", "7");
        Row(samples, "there", "2026-01-01T00:00:05Z", "8");
        Row(samples, "new", "2026-01-01T00:00:05Z", "9");
        var warnings = new List<string>();

        string[] held = [.. samples.Lines(MetricForm.OpenMetrics, warnings).Where(line => line.StartsWith("linuxmem_group_held_bytes", StringComparison.Ordinal))];

        Assert.Equal(["linuxmem_group_held_bytes{computer_name=\"m\",split=\"UID\",group_name=\"there\",report=\"1\"} 8", "linuxmem_group_held_bytes{computer_name=\"m\",split=\"UID\",group_name=\"new\",report=\"1\"} 9"], held);
        Assert.Contains("2 rows of earlier samples", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("linuxmem_read_timestamp_seconds{computer_name=\"m\",kind=\"group\"} 1767225605", samples.Lines(MetricForm.OpenMetrics, []));
    }

    [Fact]
    public void The_largest_rows_have_metrics_and_how_many_have_none_is_told()
    {
        var samples = new MetricSamples(2);
        Array.ForEach(["3", "9", "5", "1"], held => Row(samples, "g" + held, "2026-01-01T00:00:00Z", held));
        var warnings = new List<string>();

        string[] lines = [.. samples.Lines(MetricForm.OpenMetrics, warnings)];

        Assert.Equal(["9", "5"], lines.Where(line => line.StartsWith("linuxmem_group_held_bytes", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]));
        Assert.Contains("linuxmem_rows_left_out{computer_name=\"m\",kind=\"group\"} 2", lines);
        Assert.Contains("the 2 smallest have no metrics", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_comes_twice_has_one_value()
    {
        var samples = new MetricSamples();
        Row(samples, "g", "2026-01-01T00:00:00Z", "1");
        Row(samples, "g", "2026-01-01T00:00:00Z", "2");
        var warnings = new List<string>();

        Assert.Contains(samples.Lines(MetricForm.OpenMetrics, warnings), line => line.StartsWith("linuxmem_group_held_bytes", StringComparison.Ordinal) && line.EndsWith(" 2", StringComparison.Ordinal));
        Assert.Contains("came more than once", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_replaced_whole_and_everyone_may_read_it()
    {
        string path = Path.Combine(folder, "a.prom");
        string elsewhere = Path.Combine(folder, "elsewhere");
        File.WriteAllText(elsewhere, "untouched");
        File.CreateSymbolicLink(path, elsewhere);
        using FileStream before = File.OpenRead(path);

        MetricFile.Write(path, ["a 1", "# EOF"]);

        Assert.Equal("a 1\n# EOF\n", File.ReadAllText(path));
        Assert.Null(File.ResolveLinkTarget(path, false));
        Assert.Equal("untouched", File.ReadAllText(elsewhere));
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(path));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
        LinuxMemException refused = Assert.Throws<LinuxMemException>(() => MetricFile.Write(Path.Combine(folder, "nosuch", "a.prom"), ["# EOF"]));
        Assert.StartsWith($"The file of metrics '{folder}/nosuch/a.prom' cannot be written: its folder", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The list of docs/metrics.md.</summary>
    private static IEnumerable<string> List()
    {
        foreach (ColumnSet thing in Reported.Things.Where(thing => Metric.Of(thing).Count > 0))
        {
            yield return $"### {thing.MetricName}";
            yield return string.Empty;
            yield return $"Labels: {string.Join(", ", thing.LabelColumns.Select(label => $"`{label.Heading}`"))}.";
            yield return string.Empty;
            foreach (string line in Table(Metric.Of(thing)))
            {
                yield return line;
            }

            yield return string.Empty;
        }

        yield return "### Of all";
        yield return string.Empty;
        yield return "Labels: `computer_name`, `kind` (what the names of the others begin with, after `linuxmem_`).";
        yield return string.Empty;
        foreach (string line in Table([Metric.ReadAt, Metric.LeftOut]))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Table(IEnumerable<Metric> metrics) =>
        ["| metric | type | unit | what it tells |", "|---|---|---|---|", .. metrics.Select(metric => $"| `{metric.SampleName}` | {metric.Type} | {metric.Unit} | {metric.Help} |")];

    private static MemCgroup Cgroup(string path, long kills) =>
        new() { Name = "c", Path = path, Version = 2, Charge = new CgroupCharge { Usage = new CgroupUsage { Current = 100, OomKills = kills, PressureSome = 12.5 } } };

    private static void Add(MetricSamples samples, MemCgroup one) => samples.Add(CgroupColumns.All, column => column.Of(one));

    /// <summary>A group as it comes back from CSV.</summary>
    private static void Row(MetricSamples samples, string name, string time, string held) => samples.Add(GroupColumns.All, column => column.Heading switch
    {
        "computer_name" => "m",
        "split" => "UID",
        "report" => "1",
        "group_name" => name,
        "key" => string.Empty,
        "is_total" => "False",
        "time" => time,
        "mem_held" => held,
        _ => null,
    });

    private sealed record Sized(long PageSize, long MemUsed, string Text);

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Z][^\n\\]+\.$")]
    private static partial Regex Sentence();
}
