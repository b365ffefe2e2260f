using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Cli.Output;

/// <summary>Writes one array of flat objects, one object a line.</summary>
/// <remarks>Only that layout is written here; values and escapes come from <see cref="Utf8JsonWriter"/>.</remarks>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write<T>(TextWriter writer, IReadOnlyList<Column<T>> columns, IEnumerable<T> rows)
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text, Options);
        string Value(object? value)
        {
            text.ResetWrittenCount();
            json.Reset();
            WriteValue(json, value);
            json.Flush();
            return VisibleText.ForJson(Encoding.UTF8.GetString(text.WrittenSpan));
        }

        string[] keys = [.. columns.Select((column, i) => $"{(i == 0 ? "{" : ", ")}{Value(column.Label)}: ")];
        writer.Write('[');
        string before = "\n  ";
        foreach (T row in rows)
        {
            writer.Write(before);
            before = ",\n  ";
            for (int i = 0; i < keys.Length; i++)
            {
                writer.Write(keys[i]);
                writer.Write(Value(columns[i].Value(row)));
            }

            writer.Write('}');
        }

        writer.Write("\n]\n");
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value));
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            default:
                // JSON must be Unicode: bytes that were not UTF-8 are escaped.
                json.WriteStringValue(VisibleText.ForData(DataText.Of(value)));
                break;
        }
    }
}
