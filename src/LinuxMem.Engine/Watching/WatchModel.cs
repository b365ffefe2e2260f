using System.Globalization;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Watching;

/// <summary>How a line of the screen is shown.</summary>
internal enum LineStyle
{
    Plain,
    Inverse,
    Dim,
}

/// <summary>A line of the screen: text that a terminal may show, no wider than it.</summary>
internal readonly record struct ScreenLine(string Text, LineStyle Style = LineStyle.Plain);

/// <summary>What is watched, which part of it is shown, and what keys change about that. It knows no terminal.</summary>
/// <param name="interval">The time between two looks, for the title.</param>
/// <param name="top">The most lines of the table; null for what has room.</param>
internal sealed class WatchModel(TimeSpan interval, int? top)
{
    /// <summary>The lines of the screen beside those of the table: title, headings, notice, keys.</summary>
    private const int Frame = 4;

    private readonly List<ChangeHistory> histories = [];
    private ChangeHistory inside = new();
    private WatchLook? look;
    private IReadOnlyList<IReadOnlyList<WatchLine>> reports = [];
    private IReadOnlyList<WatchLine>? insideLines;
    private int looks;
    private int report;
    private int sortBy = 2;
    private bool isReversed;
    private string? selected;
    private int begin;
    private int page = 1;

    /// <summary>True while nothing new is looked at.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>True when it is to end.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The group to look into; null for none.</summary>
    public WatchRequest? Request { get; private set; }

    /// <summary>Takes the next look.</summary>
    public void Take(WatchLook next)
    {
        look = next;
        looks++;
        while (histories.Count < next.Reports.Count)
        {
            histories.Add(new ChangeHistory());
        }

        reports = [.. next.Reports.Select((table, i) => histories[i].Next(table.Rows))];

        // An answer to what was asked before the last key is not shown.
        insideLines = next.Inside is not null && next.Request == Request ? inside.Next(next.Inside.Rows) : null;
    }

    /// <summary>Does what a key asks for.</summary>
    public void Press(WatchKey key)
    {
        switch (key)
        {
            case WatchKey.End:
                IsEnded = true;
                break;
            case WatchKey.Pause:
                IsPaused = !IsPaused;
                break;
            case WatchKey.Up or WatchKey.Down or WatchKey.PageUp or WatchKey.PageDown or WatchKey.First:
                Move(key);
                break;
            case WatchKey.SortLeft:
                sortBy = (sortBy + WatchColumns.All.Count - 1) % WatchColumns.All.Count;
                break;
            case WatchKey.SortRight:
                sortBy = (sortBy + 1) % WatchColumns.All.Count;
                break;
            case WatchKey.Reverse:
                isReversed = !isReversed;
                break;
            case WatchKey.NextReport when Request is null && reports.Count > 1:
                report = (report + 1) % reports.Count;
                Forget();
                break;
            case WatchKey.Enter when Request is null && Chosen() is WatchLine line:
                Ask(new WatchRequest(report, line.Row.Identity, ByMapping: false));
                break;
            case WatchKey.Mappings when Request is not null:
                Ask(Request with { ByMapping = !Request.ByMapping });
                break;
            case WatchKey.Escape when Request is WatchRequest request:
                Ask(null);
                selected = request.Identity;
                break;
        }
    }

    /// <summary>The screen: as many lines as it has, none wider than it is.</summary>
    public ScreenLine[] Draw(int columns, int rows)
    {
        var screen = new List<ScreenLine>(rows) { new(Cut(Title(), columns)) };
        TableLayout layout = WatchColumns.Layout(columns);
        screen.Add(new ScreenLine(Filled(WatchColumns.Headings(layout), columns), LineStyle.Inverse));
        page = Math.Max(1, rows - Frame);
        WatchLine[] lines = Sorted();
        int place = Math.Max(0, Array.FindIndex(lines, line => line.Row.Identity == selected));
        begin = Math.Clamp(begin, Math.Max(0, place - page + 1), place);
        begin = Math.Min(begin, Math.Max(0, lines.Length - page));
        foreach (WatchLine line in lines.Skip(begin).Take(page))
        {
            screen.Add(new ScreenLine(Filled(WatchColumns.Text(line, layout), columns), line.Row.Identity == selected ? LineStyle.Inverse : LineStyle.Plain));
        }

        while (screen.Count < rows - 2)
        {
            screen.Add(new ScreenLine(string.Empty));
        }

        screen.Add(new ScreenLine(Cut(Notice(), columns), LineStyle.Dim));
        screen.Add(new ScreenLine(Cut(Keys(columns), columns), LineStyle.Dim));

        // A screen of a few lines shows the first of them.
        return [.. screen.Take(rows)];
    }

    private void Ask(WatchRequest? request)
    {
        Request = request;
        inside = new ChangeHistory();
        insideLines = null;
        Forget();
    }

    private void Forget()
    {
        selected = null;
        begin = 0;
    }

    private WatchLine[] Sorted()
    {
        IReadOnlyList<WatchLine> lines = Request is not null ? insideLines ?? [] : report < reports.Count ? reports[report] : [];
        Column<WatchLine> column = WatchColumns.All[sortBy];
        IEnumerable<WatchLine> sorted = column.IsText
            ? lines.OrderBy(line => line.Row.Name(200), StringComparer.Ordinal)
            : lines.OrderByDescending(line => WatchColumns.ValueOf(column, line)).ThenBy(line => line.Row.Identity, StringComparer.Ordinal);
        return [.. (isReversed ? sorted.Reverse() : sorted).Take(top ?? int.MaxValue)];
    }

    private WatchLine? Chosen()
    {
        WatchLine[] lines = Sorted();
        return Array.Find(lines, line => line.Row.Identity == selected) ?? lines.FirstOrDefault();
    }

    private void Move(WatchKey key)
    {
        WatchLine[] lines = Sorted();
        if (lines.Length == 0)
        {
            return;
        }

        int place = Array.FindIndex(lines, line => line.Row.Identity == selected);
        int next = key switch
        {
            WatchKey.Up => place - 1,
            WatchKey.Down => place + 1,
            WatchKey.PageUp => place - page,
            WatchKey.PageDown => place + page,
            _ => 0,
        };
        selected = lines[Math.Clamp(next, 0, lines.Length - 1)].Row.Identity;
    }

    private string Title()
    {
        if (look is null)
        {
            return "Reading the pages of processes …";
        }

        string what = Request is null ? look.Reports[report].Title : insideLines is null ? "Reading …" : look.Inside!.Title;
        string which = Request is null && reports.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({report + 1} of {reports.Count} reports)") : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(IsPaused ? "PAUSED  " : string.Empty)}{VisibleText.ForTerminal(what)}{which}  {VisibleText.ForTerminal(look.ComputerName ?? string.Empty)}  {look.Time:HH:mm:ss}  every {interval.TotalSeconds:0.##} s  look {looks}");
    }

    private string Notice()
    {
        if (look is null || look.Warnings.Count == 0)
        {
            return string.Empty;
        }

        string more = look.Warnings.Count == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{look.Warnings.Count} warnings: ");
        return more + VisibleText.Message(look.Warnings[0]);
    }

    /// <summary>The keys there are: in as many words as have room.</summary>
    private string Keys(int columns)
    {
        string by = $"<> sort: {WatchColumns.All[sortBy].Label}{(isReversed ? " reversed" : string.Empty)}";
        string tab = Request is null && reports.Count > 1 ? "  Tab report" : string.Empty;
        string[] forms = Request is null
            ? [$"q end  p pause  {by}  r reverse  Up/Down Enter into a group{tab}", $"q end  p pause  {by}  r reverse  Enter into{tab}", $"q end  p pause  <> sort  r reverse  Enter into{tab}", $"q end  Enter into{tab}"]
            : [$"q end  p pause  {by}  r reverse  Esc out  m {(Request.ByMapping ? "processes" : "mappings")}", "q end  p pause  <> sort  r reverse  Esc out  m", "q end  Esc out  m"];
        return Array.Find(forms, form => DisplayWidth.Of(form) <= columns) ?? forms[^1];
    }

    private static string Cut(string text, int columns) => DisplayWidth.Cut(text, Math.Max(1, columns));

    private static string Filled(string text, int columns)
    {
        string cut = Cut(text, columns);
        return cut + new string(' ', Math.Max(0, columns - DisplayWidth.Of(cut)));
    }
}
