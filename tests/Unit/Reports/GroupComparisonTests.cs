using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Comparison;

namespace LinuxMem.Unit.Reports;

/// <summary>What is the same group in two samples, and how it has changed.</summary>
[Beside(Company.Everybody)]
public class GroupComparisonTests
{
    private const long MiB = 1 << 20;
    private static readonly DateTime Begin = new(2026, 1, 1, 9, 0, 0, DateTimeKind.Utc);
    private readonly GroupComparison comparison = new([GroupComparison.Figure("MemHeld")]);
    private readonly List<string> warnings = [];

    [Fact]
    public void What_grows_is_told_in_bytes_per_hour_and_percent_largest_first()
    {
        Add(0, "int64:1", "a", 100 * MiB);
        Add(0, "int64:2", "b", 100 * MiB);
        Add(30, "int64:1", "a", 150 * MiB);
        Add(30, "int64:2", "b", 220 * MiB);

        MemGroupChange[] changes = [.. comparison.Changes(warnings)];

        Assert.Equal(["b", "a"], changes.Select(change => change.GroupName));
        Assert.Equal((100 * MiB, 220 * MiB, 120 * MiB, 240 * MiB, 120.0, "Grown"), (changes[0].Before, changes[0].After, changes[0].Grown, changes[0].GrownPerHour, changes[0].Percent, changes[0].Status));
        Assert.Equal((2, null, null), (changes[0].Samples, changes[0].Slope, changes[0].Trend));
        Assert.Empty(warnings);
    }

    [Fact]
    public void With_the_newer_sample_first_growth_and_its_rate_have_one_sign_and_it_is_told()
    {
        comparison.Add(Reading(30, "a", "a", 100 * MiB, "m", "UID", 1), isDifference: false);
        comparison.Add(Reading(0, "a", "a", 90 * MiB, "m", "UID", 1), isDifference: true);

        MemGroupChange change = Assert.Single(comparison.Changes(warnings));

        Assert.Equal((-10 * MiB, -20 * MiB), (change.Grown, change.GrownPerHour));
        Assert.Contains("is newer", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_new_and_what_is_gone_is_told()
    {
        Add(0, "a", "a", 10);
        Add(0, "gone", "gone", 7);
        Add(5, "a", "a", 10);
        Add(5, "passing", "passing", 3);
        Add(10, "a", "a", 10);
        Add(10, "new", "new", 9);

        Dictionary<string, MemGroupChange> changes = comparison.Changes(warnings).ToDictionary(change => change.GroupName);

        Assert.Equal(("New", null, 9L, 9L, null), (changes["new"].Status, changes["new"].Before, changes["new"].After, changes["new"].Grown, changes["new"].Percent));
        Assert.Equal(("Gone", 7L, null, -7L, -100.0), (changes["gone"].Status, changes["gone"].Before, changes["gone"].After, changes["gone"].Grown, changes["gone"].Percent));
        Assert.Equal(("Passing", 0L, "Same", 0L), (changes["passing"].Status, changes["passing"].Grown, changes["a"].Status, changes["a"].Grown));
    }

    [Fact]
    public void Groups_are_the_same_by_identity_and_never_by_name()
    {
        Add(0, "int64:1001", "oracle", 10);
        Add(0, "int64:1002", "oracle (uid 1002)", 20);
        Add(10, "int64:1001", "oracle (uid 1001)", 11);
        Add(10, "int64:1002", "oracle", 22);

        Assert.Equal([("oracle", 2L), ("oracle (uid 1001)", 1L)], comparison.Changes(warnings).Select(change => (change.GroupName, change.Grown!.Value)));
    }

    [Fact]
    public void Machines_and_reports_are_never_mixed()
    {
        Add(0, "none", "Other", 1, machine: "db1");
        Add(0, "none", "Other", 2, machine: "db2");
        Add(0, "none", "Other", 3, machine: "db1", split: "Comm", report: 2);
        Add(10, "none", "Other", 11, machine: "DB1");
        Add(10, "none", "Other", 22, machine: "db2");
        Add(10, "none", "Other", 33, machine: "db1", split: "Comm", report: 2);
        Add(10, "none", "Other", 44, machine: "db3");

        Assert.Equal([10L, 20L, 30L], comparison.Changes(warnings).Select(change => change.Grown!.Value).Order());
        Assert.Contains("db3", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_of_one_title_go_by_their_order_whatever_stands_before_them()
    {
        Add(0, "none", "Other", 1, split: "Custom splitter", report: 1);
        Add(0, "none", "Other", 2, split: "Custom splitter", report: 2);
        Add(10, "none", "Other", 11, split: "Custom splitter", report: 3);
        Add(10, "none", "Other", 22, split: "Custom splitter", report: 4);

        Assert.Equal([10L, 20L], comparison.Changes(warnings).Select(change => change.Grown!.Value).Order());
    }

    [Fact]
    public void A_reference_comes_before_what_is_compared_with_it_whatever_their_times_are()
    {
        comparison.Add(Reading(60, "a", "a", 5), isDifference: false);
        comparison.Add(Reading(0, "a", "a", 8), isDifference: true);

        MemGroupChange change = Assert.Single(comparison.Changes(warnings));
        Assert.Equal((5L, 8L, 3L, 3L), (change.Before, change.After, change.Grown, change.GrownPerHour));
    }

    [Fact]
    public void Samples_without_times_go_by_their_order_and_have_no_rates()
    {
        foreach (long bytes in new[] { 1, 5, 9, 13 })
        {
            comparison.Add(Reading(0, "a", "a", bytes) with { Time = null });
            comparison.Add(Reading(0, "b", "b", 10 * bytes) with { Time = null });
        }

        MemGroupChange[] changes = [.. comparison.Changes(warnings)];
        Assert.Equal([(10L, 130L, 4, null), (1L, 13L, 4, null)], changes.Select(change => (change.Before!.Value, change.After!.Value, change.Samples, change.GrownPerHour)));
    }

    [Fact]
    public void Samples_of_one_second_are_several()
    {
        foreach (long bytes in new[] { 1, 5, 9 })
        {
            Add(0, "a", "a", bytes);
        }

        Assert.Equal((1L, 9L, 3), comparison.Changes(warnings).Select(change => (change.Before!.Value, change.After!.Value, change.Samples)).Single());
    }

    [Fact]
    public void Samples_may_come_in_any_order()
    {
        foreach (int minute in new[] { 20, 0, 10 })
        {
            Add(minute, "a", "a", 100 + minute);
        }

        Assert.Equal((100L, 120L), comparison.Changes(warnings).Select(change => (change.Before!.Value, change.After!.Value)).Single());
    }

    [Fact]
    public void A_million_samples_take_no_more_points_than_a_bound_and_keep_the_ends()
    {
        var series = new SampleSeries();
        for (int i = 0; i < 1_000_000; i++)
        {
            series.Add(new SampleTime(0, i * TimeSpan.TicksPerHour, 0), i, "a");
        }

        Assert.Equal((0L, 999_999L, 1_000_000), (series.First.Value, series.Last.Value, series.Count));
        Assert.Equal(1, series.Line()!.Slope, 9);
    }

    [Fact]
    public void Figures_have_both_names_and_others_are_refused()
    {
        Assert.Equal(GroupComparison.Figure("swap_held"), GroupComparison.Figure("SWAPHELD"));
        LinuxMemException refused = Assert.Throws<LinuxMemException>(() => GroupComparison.Figure("Procs"));
        Assert.Contains("MemHeld", refused.Message, StringComparison.Ordinal);
        Assert.All(GroupComparison.FigureNames, name => Assert.Equal(ColumnKind.Size, GroupComparison.Figure(name).Kind));
    }

    internal static GroupReading Reading(double minutes, string identity, string name, long? bytes, string machine = "m", string split = "UID", int report = 1) => new()
    {
        ComputerName = machine,
        Split = split,
        Report = report,
        Identity = identity,
        GroupName = name,
        Time = Begin.AddMinutes(minutes),
        Figures = [bytes],
    };

    private void Add(double minutes, string identity, string name, long? bytes, string machine = "m", string split = "UID", int report = 1) =>
        comparison.Add(Reading(minutes, identity, name, bytes, machine, split, report));
}
