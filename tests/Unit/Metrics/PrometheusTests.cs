using System.Globalization;
using System.Text.Json;

namespace LinuxMem.Unit.Metrics;

/// <summary>The real Prometheus and node_exporter: what is scraped, asked for, and raises an alarm.</summary>
[Beside(Company.Everybody)]
public sealed class PrometheusTests(PrometheusChain chain) : IClassFixture<PrometheusChain>
{
    [Fact]
    public async Task What_node_exporter_reads_answers_queries()
    {
        Require();
        await chain.WaitFor("values of groups", async () => (await chain.Query("linuxmem_group_held_bytes{job=\"node\",computer_name=\"m1\"}")).Count >= 2);

        Assert.Equal(0, await Value("max(node_textfile_scrape_error)"));
        Assert.True(await Value("linuxmem_group_held_bytes{job=\"node\",group_name=\"leak\"}") > 4096);
        Assert.InRange(await Value("time() - max(linuxmem_read_timestamp_seconds{job=\"node\"})"), 0, 60);
    }

    [Fact]
    public async Task What_is_gone_has_no_value_any_more()
    {
        Require();
        await chain.WaitFor("the group that goes", async () => (await chain.Query("max_over_time(linuxmem_group_held_bytes{job=\"node\",group_name=\"gone\"}[1m])")).Count == 1);
        chain.EndGone = true;
        await chain.WaitFor("its end", async () => chain.IsGone && (await chain.Query("linuxmem_group_held_bytes{job=\"node\",group_name=\"gone\"}")).Count == 0);

        Assert.NotEmpty(await chain.Query("linuxmem_group_held_bytes{job=\"node\",group_name=\"leak\"}"));
    }

    [Fact]
    public async Task Prometheus_takes_the_text_as_OpenMetrics()
    {
        Require();
        await chain.WaitFor("a scrape", async () => (await chain.Query("up{job=\"openmetrics\"} == 1")).Count == 1);
        await chain.WaitFor("its metadata", async () => await Metadata("linuxmem_group_held_bytes") is not null);

        Assert.Equal(("gauge", "bytes"), await Metadata("linuxmem_group_held_bytes"));
        Assert.Equal("counter", (await Metadata("linuxmem_cgroup_oom_kills") ?? await Metadata("linuxmem_cgroup_oom_kills_total"))?.Type);
    }

    [Fact]
    public async Task The_rule_of_what_grows_fires_for_a_leak_and_not_for_a_wave()
    {
        Require();
        const string Firing = "ALERTS{alertname=\"LinuxMemHeldGrows\",alertstate=\"firing\",job=\"node\"}";
        await chain.WaitFor("the alarm", async () => (await chain.Query(Firing)).Count > 0);

        Assert.Equal(["leak"], (await chain.Query(Firing)).Select(one => one.GetProperty("metric").GetProperty("group_name").GetString()));
        JsonElement rules = (await chain.Ask("rules"))!.Value;
        Assert.All(rules.GetProperty("groups")[0].GetProperty("rules").EnumerateArray(), rule => Assert.Equal("ok", rule.GetProperty("health").GetString()));
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_has_an_answer()
    {
        Require();
        using JsonDocument dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(PrometheusChain.Example("linuxmem-dashboard.json")));
        string[] expressions = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)];

        Assert.NotEmpty(expressions);
        foreach (string expression in expressions)
        {
            string asked = PrometheusChain.Shortened(expression).Replace("$computer", ".*", StringComparison.Ordinal).Replace("$split", ".*", StringComparison.Ordinal);
            await chain.WaitFor($"an answer to {asked}", async () => (await chain.Query(asked)).Count > 0);
        }
    }

    private void Require() => Assert.SkipWhen(chain.Missing is not null, $"Not tested: {chain.Missing}.");

    private async Task<double> Value(string expression) =>
        double.Parse(Assert.Single(await chain.Query(expression)).GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);

    private async Task<(string Type, string Unit)?> Metadata(string metric)
    {
        JsonElement? answer = await chain.Ask($"metadata?metric={metric}");
        return answer is JsonElement data && data.TryGetProperty(metric, out JsonElement found)
            ? found.EnumerateArray().Select(one => (one.GetProperty("type").GetString()!, one.GetProperty("unit").GetString()!)).OrderByDescending(one => one.Item2.Length).First()
            : null;
    }
}
