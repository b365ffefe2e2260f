using System.Globalization;
using System.Text.Encodings.Web;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Output;

/// <summary>One array of flat objects, one object a line.</summary>
internal static class JsonOutput
{
    public static void Write<T>(TextWriter writer, IReadOnlyList<Column<T>> columns, IEnumerable<T> rows)
    {
        writer.Write('[');
        string before = "\n  ";
        foreach (T row in rows)
        {
            writer.Write(before);
            before = ",\n  ";
            WriteObject(writer, columns, row);
        }

        writer.Write("\n]\n");
    }

    private static void WriteObject<T>(TextWriter writer, IReadOnlyList<Column<T>> columns, T row)
    {
        writer.Write('{');
        for (int i = 0; i < columns.Count; i++)
        {
            writer.Write(i == 0 ? "\"" : ", \"");
            writer.Write(columns[i].Key);
            writer.Write("\": ");
            WriteValue(writer, columns[i].Value(row));
        }

        writer.Write('}');
    }

    private static void WriteValue(TextWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.Write("null");
                break;
            case bool truth:
                writer.Write(truth ? "true" : "false");
                break;
            case int or uint or long or ulong or double:
                writer.Write(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                // JSON is Unicode: bytes that were no UTF-8 are spelled out.
                string text = DataText.Of(value);
                writer.Write('"');
                writer.Write(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(VisibleText.ForData(text)));
                writer.Write('"');
                break;
        }
    }
}
