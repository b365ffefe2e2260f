using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Comparison;
using LinuxMem.Engine.Reports.Html;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Reports;

/// <summary>Whoever makes thousands of something that there is a warning of makes one warning, of a few examples and a count.</summary>
public class WarningBoundTests
{
    private const int Many = 5000;

    [Fact]
    public void A_few_of_many_are_named_escaped_and_cut_and_the_others_counted()
    {
        Assert.Equal("a, b", Examples.Of(["a", "b"]));
        Assert.Equal("1; 2; 3; 4; 5; and 4995 more", Examples.Of([.. Enumerable.Range(1, Many)], "; "));
        Assert.Equal($"\\x1B[2J, {new string('x', 200)}… (5000 characters)", Examples.Of(["\u001b[2J", new string('x', Many)]));
    }

    [Fact]
    public void Thousands_of_namespaces_without_a_table_of_segments_are_one_warning()
    {
        using var copy = new ProcCopy();
        const int namespaces = 300;
        for (int i = 0; i < namespaces; i++)
        {
            copy.Add(100 + i, "\u001b[2J", maps: "00010000-00011000 rw-s 00000000 00:01 7 /SYSV00000001 (deleted)\n").Map(0x10000, ProcCopy.Frame(100 + (ulong)i));
            Directory.CreateDirectory(Path.Combine(copy.Root, $"{100 + i}/ns"));
            File.CreateSymbolicLink(Path.Combine(copy.Root, $"{100 + i}/ns/ipc"), string.Create(CultureInfo.InvariantCulture, $"ipc:[{4026530000 + i}]"));
        }

        using (MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root }))
        {
            string warning = Assert.Single(scan.Run(scan.Table.Processes, [new WholeSplit()]).Warnings, text => text.StartsWith("The sizes of SysV segments", StringComparison.Ordinal));
            Assert.StartsWith("The sizes of SysV segments could not be read for 300 IPC namespaces, those of processes 100 (\\x1B[2J), 101 (", warning, StringComparison.Ordinal);
            Assert.Contains("and 295 more", warning, StringComparison.Ordinal);
        }

        string[] lines = LinuxMemCommand.Run("groups", "--proc-root", copy.Root).Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 2, 8);
        Assert.All(lines, line => Assert.True(line.Length < 2100 && !line.Contains('\u001b', StringComparison.Ordinal), line));
    }

    [Fact]
    public void Thousands_of_pieces_that_no_machine_holds_are_one_warning()
    {
        var warnings = new List<string>();
        DatabaseMemory[] pieces = [.. Enumerable.Range(0, Many).Select(i => new DatabaseMemory(string.Create(CultureInfo.InvariantCulture, $"\u001b{i}{new string('x', 300)}"), IsOracle: true, 1L << 50, 4096))];

        Assert.Empty(DatabaseMemory.ThatFit(pieces, 1L << 30, 2 << 20, warnings));
        Assert.InRange(Assert.Single(warnings).Length, 200, 2000);
        Assert.DoesNotContain('\u001b', warnings[0]);

        // Each of them would fit, and all of them do not.
        warnings.Clear();
        Assert.Equal(Many, DatabaseMemory.ThatFit([.. pieces.Select((piece, i) => piece with { Owner = string.Create(CultureInfo.InvariantCulture, $"db{i}"), Size = 1L << 29 })], 1L << 30, 2 << 20, warnings).Length);
        Assert.InRange(Assert.Single(warnings).Length, 200, 2000);
        Assert.Contains("and 4995 more", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_reports_of_one_sample_are_one_warning()
    {
        var comparison = new GroupComparison([GroupComparison.Figure("MemHeld")]);
        var warnings = new List<string>();
        for (int i = 0; i < Many; i++)
        {
            comparison.Add(GroupComparisonTests.Reading(0, "a", "a", 1, "m", string.Create(CultureInfo.InvariantCulture, $"\u001b{i}{new string('x', 300)}"), 1));
        }

        Assert.Empty(comparison.Changes(warnings));
        Assert.InRange(Assert.Single(warnings).Length, 200, 2500);
        Assert.Contains("and 4995 more", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_in_a_report_beyond_measure_is_cut()
    {
        var report = new HtmlReport();
        report.Note(new string('x', 1 << 20));
        string file = Path.Combine(Path.GetTempPath(), $"linuxmem-note-{Guid.NewGuid():N}.html");
        try
        {
            report.Add(LinuxMem.Engine.Reports.Columns.PartColumns.All, column => column.Heading == "part" ? "p" : null);
            report.Write(file, force: false);
            Assert.DoesNotContain(new string('x', 2000), File.ReadAllText(file), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
