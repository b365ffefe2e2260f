using System.Globalization;

namespace LinuxMem.Help.Text;

/// <summary>Breaks text into lines at blanks.</summary>
internal static class Wrapping
{
    /// <summary>The lines; a word longer than the width has one of its own.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        string line = string.Empty;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && (long)Columns(line) + 1 + Columns(word) > width)
            {
                lines.Add(line);
                line = word;
            }
            else
            {
                line = line.Length > 0 ? $"{line} {word}" : word;
            }
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>How wide a text is, in characters as people count them.</summary>
    public static int Columns(string text) => new StringInfo(text).LengthInTextElements;
}
