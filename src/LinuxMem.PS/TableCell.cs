using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Text;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell;

/// <summary>Formats the cells of the views, which call it from their scripts.</summary>
/// <remarks>
/// PowerShell cuts a table that is wider than the line at the right edge, even inside a number. So names are cut and cells
/// padded to widths (<see cref="TableLayout"/>) with which the edge falls between two columns.
/// </remarks>
public static class TableCell
{
    private const int MaxWhole = 4096;

    private static readonly ConcurrentDictionary<(string Table, int Room), (TableLayout Layout, View View)> Layouts = new();

    /// <summary>A name, cut to the width of its column. The list view shows it whole.</summary>
    /// <param name="name">The name, or a value that is shown like one.</param>
    /// <param name="host">The host that shows it.</param>
    /// <param name="table">The type and the view, such as <c>MemGroup.Table</c>.</param>
    /// <param name="place">The place of the column.</param>
    public static string Name(object? name, PSHost? host, string table, int place)
    {
        (int cells, bool isPadded, View view) = At(host, table, place);
        Column column = view.Columns[place];
        string text = Convert.ToString(name, CultureInfo.InvariantCulture) ?? string.Empty;

        text = column.Kind == ColumnKind.Values ? DisplayWidth.CutList(VisibleText.ForTerminal(text), cells) : text;
        if (column.ViewWidest == int.MaxValue)
        {
            // PowerShell itself cuts the last column where it is not to be cut here. Where it folds it, it does so within words.
            string whole = Shown(DisplayWidth.Visible(text, MaxWhole));
            return view.Wraps ? DisplayWidth.Wrap(whole, cells) : whole;
        }

        return Padded(ShellWidth.Cut(Shown(column.IsPath ? DisplayWidth.VisibleMiddle(text, Math.Max(1, cells)) : DisplayWidth.Visible(text, Math.Max(1, cells))), cells), isPadded ? cells : 0);
    }

    /// <summary>The name of a group, cut in its middle, and so that no two of a report look the same.</summary>
    /// <param name="group">The group; one from another session knows its own name only.</param>
    /// <param name="host">As for <see cref="Name"/>.</param>
    /// <param name="table">As for <see cref="Name"/>.</param>
    /// <param name="place">As for <see cref="Name"/>.</param>
    public static string GroupName(PSObject group, PSHost? host, string table, int place)
    {
        ArgumentNullException.ThrowIfNull(group);
        (int cells, bool isPadded, _) = At(host, table, place);
        string name = group.BaseObject is MemGroup here
            ? here.ShownName(cells)
            : DisplayWidth.CutMiddle(VisibleText.ForTerminal(group.Properties[nameof(MemGroup.GroupName)]?.Value?.ToString() ?? string.Empty), cells);
        return Padded(ShellWidth.Cut(Shown(name), cells), isPadded ? cells : 0);
    }

    /// <summary>The title over a table of groups: of the report, and of a sample also its time.</summary>
    /// <param name="group">The first group; one from another session knows the name of its report only.</param>
    public static string GroupTitle(PSObject group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return Whole(group.BaseObject is MemGroup here ? here.Title() : group.Properties[nameof(MemGroup.Split)]?.Value);
    }

    /// <summary>A number or a formatted size, padded to the width of its column and never cut.</summary>
    /// <param name="value">The number; null is empty.</param>
    /// <param name="host">As for <see cref="Name"/>.</param>
    /// <param name="table">As for <see cref="Name"/>.</param>
    /// <param name="place">As for <see cref="Name"/>.</param>
    public static string Figure(object? value, PSHost? host, string table, int place)
    {
        (int cells, bool isPadded, _) = At(host, table, place);
        string text = DisplayWidth.Visible(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty, MaxWhole);
        return isPadded ? text.PadLeft(cells) : text;
    }

    /// <summary>A name for lists, which is cut only where it would fill the screen.</summary>
    public static string Whole(object? name) => DisplayWidth.Visible(name?.ToString() ?? string.Empty, MaxWhole);

    /// <summary>Sentences for lists, each on lines of its own that are broken between words: PowerShell would break inside of them.</summary>
    /// <param name="sentences">The sentences, of this session or another.</param>
    /// <param name="host">As for <see cref="Name"/>.</param>
    /// <param name="labels">The cells of the longest label in the list.</param>
    public static string Sentences(object? sentences, PSHost? host, int labels)
    {
        const int Separator = 3, Least = 20;
        int room = Math.Max(Least, LineWidth.Of(host) - labels - Separator);
        var lines = new List<string>();
        foreach (object? sentence in (sentences is PSObject wrapped ? wrapped.BaseObject : sentences) as IEnumerable ?? Array.Empty<object>())
        {
            string line = string.Empty;
            foreach (string word in Whole(sentence).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                bool fits = line.Length > 0 && DisplayWidth.Of(line) + 1 + DisplayWidth.Of(word) <= room;
                if (!fits && line.Length > 0)
                {
                    lines.Add(line);
                }

                line = fits ? $"{line} {word}" : word;
            }

            lines.Add(line);
        }

        return string.Join('\n', lines);
    }

    /// <summary>
    /// A value of any type: numbers, times and the like, and lists of them, are left to PowerShell. All else is text, which is escaped:
    /// in objects from a file anything can stand where a number should.
    /// </summary>
    public static object? Any(object? value)
    {
        switch (Bare(value))
        {
            case null:
                return null;
            case IEnumerable list and not string:
                object?[] all = [.. list.Cast<object?>().Select(Bare)];
                object?[] plain = Array.ConvertAll(all, Plain);
                return Array.TrueForAll(plain, one => one is not null) ? plain : Whole(string.Join(' ', all.Select(one => Convert.ToString(one, CultureInfo.InvariantCulture))));
            case object one:
                return Plain(one) ?? Whole(one);
        }
    }

    /// <summary>A value without what PowerShell has around it; the text form of an object that has nothing else.</summary>
    internal static object? Bare(object? value) => value is not PSObject wrapped ? value : wrapped.BaseObject is PSCustomObject ? wrapped.ToString() : wrapped.BaseObject;

    /// <summary>A number, a Boolean or a time, as a new object: PowerShell keeps members that somebody has added, a ToString too, by the object. Null for all else.</summary>
    private static object? Plain(object? value) =>
        value is IConvertible plain and not (string or char or Enum) && (value.GetType().IsPrimitive || value is decimal or DateTime) ? plain.ToType(value.GetType(), CultureInfo.InvariantCulture) : null;

    /// <summary>A size in a readable unit; <c>-</c> for zero, empty for null.</summary>
    public static string Size(long? bytes) => bytes is long size ? SizeText.Readable(size) : string.Empty;

    /// <summary>The bytes on each NUMA node in a readable unit, such as <c>0: 1.50 GiB  1: 512.00 MiB</c>; of objects from elsewhere, which are text, too.</summary>
    public static string NodeSizes(object? nodes)
    {
        object? list = nodes is PSObject wrapped ? wrapped.BaseObject : nodes;
        IEnumerable<string> each = list switch
        {
            string text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            IEnumerable many => many.Cast<object?>().Select(one => one?.ToString() ?? string.Empty),
            _ => [],
        };
        return VisibleText.ForTerminal(string.Join("  ", each.Select(Readable)));

        static string Readable(string one) =>
            one.IndexOf(':', StringComparison.Ordinal) is int colon and > 0 && long.TryParse(one.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
                ? $"{one[..colon]}: {SizeText.Readable(bytes)}"
                : one;
    }

    /// <summary>A percentage with two decimals; empty for null.</summary>
    public static string Percent(double? percent) => percent?.ToString("0.00", CultureInfo.InvariantCulture) ?? string.Empty;

    /// <summary>The width of a column, and whether its cells are to fill it: only where columns are left out behind it.</summary>
    private static (int Cells, bool IsPadded, View View) At(PSHost? host, string table, int place)
    {
        (TableLayout layout, View view) = Layouts.GetOrAdd((table, LineWidth.Of(host)), static key =>
        {
            View view = Reported.Things.SelectMany(thing => thing.Views, (thing, view) => (Name: $"{thing.Type.Name}.{view.Kind}", View: view)).Single(one => one.Name == key.Table).View;
            return (view.Layout(key.Room), view);
        });
        return place < layout.Widths.Count
            ? (layout.Widths[place], !layout.IsWhole, view)
            : (view.Columns[place].ViewLeast, true, view);
    }

    private static string Padded(string text, int cells) => text + new string(' ', Math.Max(0, cells - ShellWidth.Of(text)));

    /// <summary>Spells out what PowerShell takes for narrower than terminals show it, and what would push a line over the edge.</summary>
    private static string Shown(string text)
    {
        StringBuilder? spelled = null;
        for (int i = 0; i < text.Length; i++)
        {
            if (ShellWidth.IsUnderrated(text[i]))
            {
                spelled ??= new StringBuilder(text, 0, i, text.Length + 16);
                spelled.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
            }
            else
            {
                spelled?.Append(text[i]);
            }
        }

        return spelled?.ToString() ?? text;
    }
}
