using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Reports;

/// <summary>What tells groups apart is never the name that is shown for them.</summary>
[Beside(Company.Everybody)]
public sealed class GroupIdentityTests : IDisposable
{
    private const string Page = "00010000-00011000 rw-p 00000000 00:00 0 \n";

    private readonly ProcCopy copy = new();

    public void Dispose() => copy.Dispose();

    [Fact]
    public void Values_that_show_the_same_are_groups_of_their_own()
    {
        string[] values = ["a", "a ", "b\u001bc", "b\\x1Bc", "(not set)"];
        for (int i = 0; i < values.Length; i++)
        {
            Add(100 + i, new Dictionary<string, string> { ["V"] = values[i] });
        }

        Add(200, new Dictionary<string, string>());
        IReadOnlyList<MemGroup> groups = Groups(new EnvironmentSplit("V"));

        Assert.Equal(values.Length + 1, groups.Count);
        Assert.Equal(values.Append(null).Order(StringComparer.Ordinal), groups.Select(group => (string?)group.Key).Order(StringComparer.Ordinal));
        Assert.Equal(groups.Count, groups.Select(group => VisibleText.ForTerminal(group.GroupName).Trim()).Distinct(StringComparer.Ordinal).Count());

        // What a file keeps of it is apart, too, and printable.
        Assert.Equal(groups.Count, groups.Select(group => group.Identity).Distinct(StringComparer.Ordinal).Count());
        Assert.All(groups, group => Assert.False(VisibleText.NeedsEscape(group.Identity)));
    }

    [Fact]
    public void An_id_that_is_used_again_is_another_process()
    {
        Add(100, new Dictionary<string, string>());
        Add(101, new Dictionary<string, string>());
        var listed = new PidSplit([100]);
        string[] before = [.. Groups(new PropertySplit("Id")).Select(group => group.Identity).Order(StringComparer.Ordinal)];
        Assert.Equal(1, Groups(listed).Single(group => group.GroupName == "pid(100)").Procs);

        // The same id, started later.
        string stat = Path.Combine(copy.Root, "100", "stat");
        string[] words = File.ReadAllText(stat).Split(' ');
        words[21] = "987654";
        File.WriteAllText(stat, string.Join(' ', words));
        string[] after = [.. Groups(new PropertySplit("Id")).Select(group => group.Identity).Order(StringComparer.Ordinal)];

        Assert.Equal(before[1], after[1]);
        Assert.NotEqual(before[0], after[0]);
        Assert.Equal(0, Groups(listed).Single(group => group.GroupName == "pid(100)").Procs);
    }

    [Fact]
    public void The_identity_tells_types_apart_and_what_is_masked_from_what_reads_so()
    {
        object?[] identities = [null, string.Empty, "none", "int64:5", 5L, 5, typeof(string), "masked", ("a", 1), ("a", 2), "a", "\uDCE9", "\\xE9", true, 1.5];
        string[] texts = [.. identities.Select(one => new GroupKey(one, "n") { Identity = one }.IdentityText())];

        Assert.Equal(texts.Length, texts.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(["none", "text:", "text:none", "text:int64:5", "int64:5"], texts[..5]);
    }

    [Fact]
    public void A_value_that_is_called_like_what_is_masked_is_not_taken_for_it()
    {
        Add(100, new Dictionary<string, string> { ["V"] = EnvironmentSplit.Masked });
        Add(101, new Dictionary<string, string>());
        copy.Write("101/environ.masked", "V\0");
        copy.Write("linuxmem.json", """{"version":1,"takenAt":"2026-01-01T00:00:00Z","kernel":"6.18.0","pageSize":4096}""");
        foreach (int pid in new[] { 100, 101 })
        {
            File.WriteAllBytes(Path.Combine(copy.Root, $"{pid}", "pagemap.runs"), []);
            copy.Write($"{pid}/maps", string.Empty);
        }

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root });
        var split = new EnvironmentSplit("V");
        GroupKey[] keys = [.. scan.Table.Processes.Select(process => split.KeyOf(process, scan.Table.Tree)!)];

        Assert.Equal([$"\"{EnvironmentSplit.Masked}\"", EnvironmentSplit.Masked], keys.Select(key => key.Name));
        Assert.NotEqual(keys[0], keys[1]);
    }

    [Fact]
    public void Processes_started_in_one_second_are_told_apart_by_time()
    {
        // The start is the pid times 100 ticks, which are a hundredth of a second each.
        Add(100, []);
        Add(101, []);
        copy.Write("101/stat", File.ReadAllText(Path.Combine(copy.Root, "101", "stat")).Replace(" 10100 ", " 10003 ", StringComparison.Ordinal));
        IReadOnlyList<MemGroup> groups = Groups(new PropertySplit("StartTime"));

        Assert.Equal(2, groups.Count);
        Assert.Equal([".00", ".03"], groups.Select(group => group.GroupName[^3..]).Order());
    }

    [Fact]
    public void Names_that_are_cut_alike_are_told_apart()
    {
        string[] values = ["/u01/app/oracle/product/19.0.0/dbhome_1/network/admin", "/u01/app/oracle/product/12.2.0/dbhome_1/network/admin", "/u01/app/oracle/product/19.0.0/dbhome_2/network/admin"];
        for (int i = 0; i < values.Length; i++)
        {
            Add(100 + i, new Dictionary<string, string> { ["V"] = values[i] });
        }

        IReadOnlyList<MemGroup> groups = Groups(new EnvironmentSplit("V"));

        Assert.Equal(values.Order(), groups.Select(group => group.GroupName).Order());
        foreach (int cells in new[] { 24, 40 })
        {
            string[] shown = [.. groups.Select(group => group.ShownName(cells))];
            Assert.Equal(3, shown.Distinct(StringComparer.Ordinal).Count());
            Assert.All(shown, name => Assert.InRange(DisplayWidth.Of(name), 1, cells));
        }
    }

    [Theory]
    [InlineData("abcdefghij", 10, "abcdefghij")]
    [InlineData("abcdefghijk", 10, "abcd…ghijk")]
    [InlineData("漢字漢字漢字漢字", 9, "漢字…字漢字")]
    public void A_name_is_cut_in_its_middle(string name, int cells, string expected)
    {
        string cut = DisplayWidth.CutMiddle(name, cells);

        Assert.InRange(DisplayWidth.Of(cut), 1, cells);
        Assert.Equal(expected[0], cut[0]);
        Assert.Equal(expected[^1], cut[^1]);
        Assert.Equal(expected.Contains('…', StringComparison.Ordinal), cut.Contains('…', StringComparison.Ordinal));
    }

    private void Add(int pid, Dictionary<string, string> environment) =>
        copy.Add(pid, maps: Page, environment: environment).Map(0x10000, ProcCopy.Frame((ulong)pid));

    private IReadOnlyList<MemGroup> Groups(Split split)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root });
        return scan.Run(scan.Table.Processes, [split]).Reports[0].Groups;
    }
}
