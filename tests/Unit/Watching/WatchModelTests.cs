using System.Text;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Watching;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Watching;

/// <summary>What is shown of looks, and what keys change about it.</summary>
[Beside(Company.Sessions)]
public sealed class WatchModelTests : IDisposable
{
    private readonly ProcCopy copy = new();
    private readonly WatchModel model = new(TimeSpan.FromSeconds(2), null);

    public void Dispose() => copy.Dispose();

    [Fact]
    public void Changes_are_against_the_look_before_and_the_first()
    {
        var history = new ChangeHistory();
        Assert.Equal([(0L, 0L), (0L, 0L)], Changes(("a", 10), ("b", 20)));
        Assert.Equal([(5L, 5L), (-1L, -1L)], Changes(("a", 15), ("b", 19)));

        // New ones grow from nothing, and one that comes back is new.
        Assert.Equal([(1L, 6L), (7L, 7L)], Changes(("a", 16), ("c", 7)));
        Assert.Equal([(0L, 6L), (9L, 9L)], Changes(("a", 16), ("b", 9)));

        (long, long)[] Changes(params (string Identity, long Held)[] rows) =>
            [.. history.Next([.. rows.Select(row => new WatchRow(row.Identity, _ => row.Identity, 1, new WatchFigures(row.Held, null, null, null)))]).Select(line => (line.Change!.Value, line.Since!.Value))];
    }

    [Theory]
    [InlineData("q", "End")]
    [InlineData("\e", "Escape")]
    [InlineData("\e[A", "Up")]
    [InlineData("\eOB", "Down")]
    [InlineData("\e[5~\e[6~", "PageUp PageDown")]
    [InlineData("\r\n", "Enter Enter")]
    [InlineData("\e[1;5C", "None")]
    [InlineData("\e[200", "")]
    [InlineData("é", "None None")]
    public void Keys_are_told_from_bytes(string typed, string keys) => Assert.Equal(keys, string.Join(' ', WatchKeys.In(Encoding.UTF8.GetBytes(typed))));

    [Theory]
    [InlineData(80, 24)]
    [InlineData(20, 6)]
    [InlineData(1, 1)]
    [InlineData(200, 3)]
    public void A_screen_has_as_many_lines_as_there_are_and_none_is_wider(int columns, int rows)
    {
        Stage(50);
        Look();
        ScreenLine[] lines = model.Draw(columns, rows);

        Assert.Equal(rows, lines.Length);
        Assert.All(lines, line => Assert.InRange(DisplayWidth.Of(line.Text), 0, Math.Max(columns, 16)));
        Assert.All(lines, line => Assert.False(VisibleText.NeedsEscape(line.Text)));
    }

    [Fact]
    public void The_line_of_keys_is_whole_and_the_order_stays_at_every_width()
    {
        Stage(3);
        var several = new WatchModel(TimeSpan.FromSeconds(2), null);
        several.Take(At(null, new PropertySplit("Comm"), new UidSplit()));
        several.Press(WatchKey.Reverse);
        for (int i = 0; i < WatchColumns.All.Count; i++)
        {
            several.Press(WatchKey.SortRight);
            string keys = several.Draw(80, 10)[^1].Text;
            Assert.EndsWith("Tab report", keys, StringComparison.Ordinal);
            Assert.Contains(" reversed", keys, StringComparison.Ordinal);
            Assert.EndsWith("Tab report", several.Draw(60, 10)[^1].Text, StringComparison.Ordinal);
            Assert.EndsWith("Tab report", several.Draw(40, 10)[^1].Text, StringComparison.Ordinal);
            Assert.Equal(keys, several.Draw(80, 10)[^1].Text);
        }

        several.Press(WatchKey.Enter);
        Assert.EndsWith("m mappings", several.Draw(80, 10)[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_chosen_stays_in_sight_and_chosen_whatever_the_order_is()
    {
        Stage(50);
        Look();
        for (int i = 0; i < 30; i++)
        {
            model.Press(WatchKey.Down);
        }

        string chosen = Chosen();
        model.Press(WatchKey.Reverse);
        Assert.Equal(chosen, Chosen());
        model.Press(WatchKey.SortRight);
        Assert.Equal(chosen, Chosen());
        Look();
        Assert.Equal(chosen, Chosen());

        string Chosen() => Assert.Single(model.Draw(80, 10).Skip(2), line => line.Style == LineStyle.Inverse).Text[..12];
    }

    [Fact]
    public void A_group_that_is_looked_into_and_ends_is_shown_as_gone()
    {
        Stage(2);
        Look();
        model.Press(WatchKey.Enter);
        Assert.NotNull(model.Request);
        Look();
        Assert.Contains(": processes", model.Draw(80, 10)[0].Text, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(copy.Root, "100"), recursive: true);
        Directory.Delete(Path.Combine(copy.Root, "101"), recursive: true);
        Stage(3, 200);
        Look();

        Assert.StartsWith("(gone)", model.Draw(80, 10)[0].Text, StringComparison.Ordinal);
        model.Press(WatchKey.Escape);
        Assert.Null(model.Request);
    }

    [Fact]
    public void Top_bounds_the_lines()
    {
        Stage(20);
        var few = new WatchModel(TimeSpan.FromSeconds(1), 3);
        few.Take(At(null));

        Assert.Equal(3, few.Draw(80, 24).Count(line => line.Text.Contains("4.00 KiB", StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_lines_that_changed_are_written_each_frame_in_one_piece_and_thousands_keep_nothing()
    {
        Stage(20);
        using var output = new MemoryStream();
        var writer = new ScreenWriter(output);
        var screen = new ScreenModel(80, 24);
        writer.Begin();
        Draw();
        Draw();
        Assert.Equal(0, output.Length);
        Assert.Equal(model.Draw(80, 24).Select(line => line.Text.TrimEnd()), screen.Lines);

        Look();
        Draw();
        Assert.Equal(model.Draw(80, 24).Select(line => line.Text.TrimEnd()), screen.Lines);

        WatchLook look = At(null);
        long before = 0;
        for (int i = 0; i < 3000; i++)
        {
            if (i == 500)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }

            model.Take(look);
            Draw();
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1 << 20);
        writer.End();
        screen.Write(Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal((false, true, true), (screen.IsAlternate, screen.IsCursorShown, screen.Wraps));

        void Draw()
        {
            writer.Draw(model.Draw(80, 24), (80, 24));
            screen.Write(Encoding.UTF8.GetString(output.ToArray()));
            output.SetLength(0);
        }
    }

    private void Stage(int count, int first = 100)
    {
        for (int pid = first; pid < first + count; pid++)
        {
            copy.Add(pid, comm: $"name\t{pid} 日本", maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame((ulong)pid)).Map(0x1f000, 0);
        }
    }

    private void Look() => model.Take(At(model.Request));

    private WatchLook At(WatchRequest? request) => At(request, new PropertySplit("Comm"));

    private WatchLook At(WatchRequest? request, params Split[] splits)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1 });
        return WatchLook.At(scan, scan.Table.Processes, splits, request, _ => ["a warning\nof two lines"], out _);
    }
}
