using System.Globalization;
using System.Text;

namespace LinuxMem.Engine.Watching;

/// <summary>
/// Draws screens in place on a terminal: on its alternate screen, each in one write, only the lines that have changed, so that nothing flickers
/// (xterm's control sequences; synchronized output where a terminal knows it).
/// </summary>
/// <param name="output">The terminal.</param>
internal sealed class ScreenWriter(Stream output)
{
    private const string Enter = "\e[?1049h\e[?25l\e[?7l\e[2J";
    private const string Leave = "\e[0m\e[?7h\e[?25h\e[?1049l";
    private const string BeginFrame = "\e[?2026h";
    private const string EndFrame = "\e[?2026l";

    private ScreenLine[] shown = [];
    private (int Columns, int Rows) size;

    /// <summary>Goes to the alternate screen, and hides the cursor.</summary>
    public void Begin() => Write(Enter);

    /// <summary>Draws a screen.</summary>
    /// <param name="lines">Its lines.</param>
    /// <param name="now">The size of the terminal; another than before makes it draw all.</param>
    public void Draw(ScreenLine[] lines, (int Columns, int Rows) now)
    {
        var text = new StringBuilder();
        if (now != size)
        {
            size = now;
            shown = [];
            text.Append("\e[2J");
        }

        for (int i = 0; i < lines.Length; i++)
        {
            if (i < shown.Length && shown[i] == lines[i])
            {
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"\e[{i + 1};1H\e[2K");
            text.Append(lines[i].Style switch
            {
                LineStyle.Inverse => $"\e[7m{lines[i].Text}\e[0m",
                LineStyle.Dim => $"\e[2m{lines[i].Text}\e[0m",
                _ => lines[i].Text,
            });
        }

        shown = lines;
        if (text.Length > 0)
        {
            Write($"{BeginFrame}{text}{EndFrame}");
        }
    }

    /// <summary>Leaves the terminal as it was before.</summary>
    public void End() => Write(Leave);

    private void Write(string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }
}
