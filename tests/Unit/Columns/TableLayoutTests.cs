using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Unit.Columns;

/// <summary>Which columns of a table have room, and how wide they are.</summary>
[Beside(Company.Everybody)]
public class TableLayoutTests
{
    public static TheoryData<string> Tables { get; } =
        [.. Reported.Things.SelectMany(thing => thing.Views, (thing, view) => $"{thing.Type.Name}.{view.Kind}").Where(name => !name.EndsWith(".List", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_column_is_there_whole_or_not_at_all_and_the_edge_falls_between_two(string table)
    {
        View view = Reported.Things.SelectMany(thing => thing.Views, (thing, view) => (Name: $"{thing.Type.Name}.{view.Kind}", View: view)).Single(one => one.Name == table).View;
        for (int room = 40; room < 500; room++)
        {
            TableLayout layout = view.Layout(room);
            int line = layout.Widths.Sum() + layout.Widths.Count - 1;
            Assert.True(layout.IsWhole ? line <= room : line == room, $"{table} takes {line} of {room} cells");
            Assert.All(layout.Widths.Zip(view.Columns), shown => Assert.InRange(shown.First, shown.Second.ViewLeast, int.MaxValue));
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void What_is_neither_cut_nor_padded_comes_last(string table)
    {
        View view = Reported.Things.SelectMany(thing => thing.Views, (thing, view) => (Name: $"{thing.Type.Name}.{view.Kind}", View: view)).Single(one => one.Name == table).View;

        Assert.All(view.Columns.SkipLast(1), column => Assert.NotEqual(int.MaxValue, column.ViewWidest));
    }

    [Theory]
    [InlineData(10, new[] { 4, 5 }, false)]
    [InlineData(14, new[] { 8, 5 }, false)]
    [InlineData(16, new[] { 4, 5, 5 }, true)]
    [InlineData(19, new[] { 7, 5, 5 }, true)]
    [InlineData(30, new[] { 12, 5, 5 }, true)]
    public void Names_get_what_numbers_leave(int room, int[] widths, bool isWhole)
    {
        TableLayout layout = TableLayout.Of([(4, 12), (5, 5), (5, 5)], room);

        Assert.Equal(widths, layout.Widths);
        Assert.Equal(isWhole, layout.IsWhole);
    }

    [Theory]
    [InlineData(80, 37, 1)]
    [InlineData(120, 36, 2)]
    [InlineData(160, 60, 2)]
    [InlineData(200, 60, 3)]
    public void In_a_wider_line_a_path_gets_more_before_another_column_is_shown(int room, int name, int others)
    {
        TableLayout layout = TableLayout.Of([(TableLayout.LeastOfPath(22, 60, room), 60), (42, 42), (40, 40), (40, 40)], room);

        Assert.Equal(name, layout.Widths[0]);
        Assert.Equal(1 + others, layout.Widths.Count);
    }

    [Fact]
    public void The_last_of_numbers_fills_a_line_that_others_have_no_room_in() => Assert.Equal([5, 8], TableLayout.Of([(5, 5), (5, 5), (9, 9)], 14).Widths);

    [Fact]
    public void A_frame_takes_its_room() => Assert.Equal([4, 5], TableLayout.Of([(4, 4), (5, 5), (5, 5)], 16, 4, 3).Widths);
}
