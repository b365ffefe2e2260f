namespace LinuxMem.Unit.Cli;

/// <summary>A reader of RFC 4180 that takes nothing else.</summary>
internal static class CsvText
{
    /// <summary>The fields of every record, the header among them.</summary>
    public static List<string[]> Parse(string text)
    {
        var records = new List<string[]>();
        var fields = new List<string>();
        for (int i = 0; i < text.Length;)
        {
            int end;
            if (text[i] == '"')
            {
                for (end = i + 1; text[end] != '"' || (end + 1 < text.Length && text[end + 1] == '"'); end += text[end] == '"' ? 2 : 1)
                {
                }

                fields.Add(text[(i + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
                end++;
            }
            else
            {
                end = text.AsSpan(i).IndexOfAny(',', '\r') + i;
                fields.Add(text[i..end]);
            }

            if (text[end] == ',')
            {
                i = end + 1;
                continue;
            }

            Assert.Equal("\r\n", text.Substring(end, 2));
            records.Add([.. fields]);
            fields.Clear();
            i = end + 2;
        }

        return records;
    }
}
