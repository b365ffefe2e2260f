using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Json;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports.Html;

/// <summary>
/// The data of a report: for each kind of thing its columns and rows, as JSON that can stand in HTML (the writer escapes
/// <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c> and quotes). How much there is of each is bounded; what is left out is summed up.
/// </summary>
internal sealed class ReportData
{
    /// <summary>The most rows of a kind, of one machine and report.</summary>
    public const int MaxRows = 1000;

    /// <summary>The most characters of a text.</summary>
    private const int MaxText = 300;

    /// <summary>Arguments may hold passwords, and a report is passed on.</summary>
    private static readonly string[] NotPassedOn = ["command_line", "exe"];

    private readonly Dictionary<ColumnSet, Kind> kinds = [];

    public List<string> Notes { get; } = [];

    public bool IsEmpty => kinds.Count == 0;

    public int Things => kinds.Count;

    public int Rows => kinds.Values.Sum(kind => kind.Rows.Count);

    public void Add(ColumnSet thing, Func<Column, object?> valueOf)
    {
        if (!kinds.TryGetValue(thing, out Kind? kind))
        {
            kinds[thing] = kind = new Kind(thing);
        }

        kind.Rows.Add([.. kind.Columns.Select(column => Plain(column, valueOf(column)))]);
    }

    public ReadOnlyMemory<byte> ToJson(string version, DateTime made)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("version", version);
            json.WriteString("made", Moment(made));
            json.WriteStartArray("notes");
            Notes.Distinct(StringComparer.Ordinal).ToList().ForEach(note => json.WriteStringValue(Shown(note)));
            json.WriteEndArray();
            json.WriteStartArray("tables");
            foreach (ColumnSet thing in Reported.Things.Where(kinds.ContainsKey))
            {
                Write(json, thing, kinds[thing]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return text.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, ColumnSet thing, Kind kind)
    {
        json.WriteStartObject();
        json.WriteString("thing", thing.MetricName);
        json.WriteStartArray("columns");
        HashSet<string> shown = [.. thing.Views.Single(view => view.Kind == ViewKind.Full).Columns.Select(column => column.Heading)];
        foreach (Column column in kind.Columns)
        {
            json.WriteStartObject();
            json.WriteString("key", column.Heading);
            json.WriteString("kind", column.Kind.ToString());
            json.WriteString("help", column.Help);
            json.WriteBoolean("shown", shown.Contains(column.Heading));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var left = new List<(string? Machine, int Count, double Sum)>();
        json.WriteStartArray("rows");
        foreach (object?[] row in kind.Largest(left))
        {
            json.WriteStartArray();
            foreach (object? value in row)
            {
                Write(json, value);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteString("leftColumn", kind.SizeHeading);
        json.WriteStartArray("left");
        foreach ((string? machine, int count, double sum) in left)
        {
            json.WriteStartObject();
            json.WriteString("machine", machine);
            json.WriteNumber("count", count);
            json.WriteNumber("sum", sum);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case double number when number == Math.Floor(number) && Math.Abs(number) < 1L << 53:
                json.WriteNumberValue((long)number);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue((string)value);
                break;
        }
    }

    /// <summary>A number, a Boolean, or text that shows all there is; null for none.</summary>
    private static object? Plain(Column column, object? value)
    {
        switch (value)
        {
            case null:
                return null;
            case bool truth:
                return truth;
            case DateTime time:
                return Moment(time);
            case string text when column.Kind is ColumnKind.Size or ColumnKind.Number or ColumnKind.Percent:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double read) && double.IsFinite(read) ? read : null;
            case string text when text.Length == 0:
                return null;
            case string text when column.Heading == "time":
                return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTime moment) ? Moment(moment) : null;
            case byte or short or int or long or uint or ulong or float or double or decimal:
                double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                return double.IsFinite(number) ? number : null;
            case IEnumerable list and not string when column.Kind is ColumnKind.Values or ColumnKind.NodeSizes or ColumnKind.Sentences or ColumnKind.Other:
                return Shown(string.Join(' ', list.Cast<object?>().Select(one => Convert.ToString(one, CultureInfo.InvariantCulture))), column.Heading == "process_ids" ? int.MaxValue : MaxText);
            default:
                return Shown(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty);
        }
    }

    private static string Moment(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Shown(string text, int most = MaxText)
    {
        string visible = VisibleText.ForTerminal(text);
        int length = Math.Min(most, visible.Length);
        return visible.Length <= length ? visible : visible[..(char.IsHighSurrogate(visible[length - 1]) ? length - 1 : length)] + "…";
    }

    /// <summary>The rows of one kind.</summary>
    private sealed class Kind
    {
        private readonly int machine;
        private readonly int time;
        private readonly int[] section;
        private readonly int size;
        private readonly int sum;

        public Kind(ColumnSet thing)
        {
            IEnumerable<Column> members = thing.Views.Single(view => view.Kind == ViewKind.List).Columns.Where(column => column.Heading is "process_ids");
            Columns = [.. thing.DataColumns.Where(column => !NotPassedOn.Contains(column.Heading)).Concat(members).DistinctBy(column => column.Heading)];
            machine = Place("computer_name");
            time = Place("time");
            section = [.. thing.Section.Where(name => name != thing.Title).Select(name => Array.FindIndex(Columns, column => column.Property == name)).Where(place => place >= 0)];
            size = Array.FindIndex(Columns, column => column.Kind == ColumnKind.Size && !thing.Keys.Contains(column.Property));

            // What adds up, where there is such a column: shares.
            sum = Place("mem_pss") >= 0 ? Place("mem_pss") : size;
        }

        public Column[] Columns { get; }

        public List<object?[]> Rows { get; } = [];

        public string? SizeHeading => sum >= 0 ? Columns[sum].Heading : null;

        /// <summary>The largest rows of each machine, time and report.</summary>
        /// <param name="left">Takes what was left out of each machine.</param>
        public IEnumerable<object?[]> Largest(List<(string? Machine, int Count, double Sum)> left)
        {
            foreach (var source in Rows.GroupBy(row => string.Join('\0', new[] { Of(row, machine), Of(row, time) }.Concat(section.Select(place => Of(row, place))))).ToArray())
            {
                object?[][] sorted = [.. source.OrderByDescending(row => Number(row, size))];
                if (sorted.Length > MaxRows)
                {
                    left.Add((Of(sorted[0], machine), sorted.Length - MaxRows, sorted.Skip(MaxRows).Sum(row => Number(row, sum))));
                }

                foreach (object?[] row in sorted.Length > MaxRows ? sorted.Take(MaxRows) : source)
                {
                    yield return row;
                }
            }
        }

        private static double Number(object?[] row, int place) => place >= 0 && row[place] is double number ? number : 0;

        private static string? Of(object?[] row, int place) => place < 0 ? null : Convert.ToString(row[place], CultureInfo.InvariantCulture);

        private int Place(string heading) => Array.FindIndex(Columns, column => column.Heading == heading);
    }
}
