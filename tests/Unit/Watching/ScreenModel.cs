using System.Globalization;
using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Watching;

/// <summary>
/// What a terminal shows after the sequences that the screen is drawn with. What it does not know is an error: nothing may be written that is
/// not looked at here.
/// </summary>
internal sealed class ScreenModel
{
    private readonly StringBuilder pending = new();
    private string[][] main;
    private string[][] alternate;
    private int row;
    private int column;

    public ScreenModel(int columns, int rows)
    {
        (Columns, Rows) = (columns, rows);
        main = Empty();
        alternate = Empty();
    }

    public int Columns { get; private set; }

    public int Rows { get; private set; }

    public bool IsAlternate { get; private set; }

    public bool IsCursorShown { get; private set; } = true;

    public bool Wraps { get; private set; } = true;

    /// <summary>How many times a frame ended.</summary>
    public int Frames { get; private set; }

    /// <summary>True between the beginning and the end of a frame.</summary>
    public bool IsInFrame { get; private set; }

    /// <summary>True while the style is another than the usual.</summary>
    public bool IsStyled { get; private set; }

    /// <summary>The lines shown, without blanks at their ends.</summary>
    public string[] Lines => [.. (IsAlternate ? alternate : main).Select(line => string.Concat(line).TrimEnd())];

    /// <summary>Another size: what is shown stays where it is, as far as it has room.</summary>
    public void Resize(int columns, int rows)
    {
        (Columns, Rows) = (columns, rows);
        (main, alternate) = (Cut(main), Cut(alternate));

        string[][] Cut(string[][] before)
        {
            string[][] after = Empty();
            for (int i = 0; i < Math.Min(rows, before.Length); i++)
            {
                Array.Copy(before[i], after[i], Math.Min(columns, before[i].Length));
            }

            return after;
        }
    }

    /// <summary>Takes what was written.</summary>
    public void Write(string text)
    {
        pending.Append(text);
        string all = pending.ToString();
        int i = 0;
        while (i < all.Length)
        {
            if (all[i] == '\e')
            {
                int end = i + 1;
                if (end < all.Length && all[end] == '[')
                {
                    end++;
                    while (end < all.Length && all[end] is < '@' or > '~')
                    {
                        end++;
                    }
                }

                if (end >= all.Length)
                {
                    break;
                }

                Control(all[(i + 1)..(end + 1)]);
                i = end + 1;
            }
            else if (all[i] == '\r')
            {
                column = 0;
                i++;
            }
            else if (all[i] == '\n')
            {
                row = Math.Min(Rows - 1, row + 1);
                i++;
            }
            else
            {
                int length = char.IsSurrogatePair(all, i) ? 2 : 1;
                Put(all.Substring(i, length));
                i += length;
            }
        }

        pending.Remove(0, i);
    }

    private string[][] Empty() => [.. Enumerable.Range(0, Rows).Select(_ => Blank())];

    private string[] Blank() => [.. Enumerable.Repeat(" ", Columns)];

    private void Put(string letter)
    {
        Assert.False(char.IsControl(letter[0]), $"A control character is written: U+{(int)letter[0]:X4}.");
        int width = DisplayWidth.Of(letter);
        if (column + width > Columns)
        {
            Assert.Fail($"A line is wider than the terminal of {Columns} columns: {Lines[row]}{letter}");
        }

        string[] line = (IsAlternate ? alternate : main)[row];
        line[column] = letter;
        for (int i = 1; i < width; i++)
        {
            line[column + i] = string.Empty;
        }

        column += width;
    }

    private void Control(string sequence)
    {
        switch (sequence)
        {
            case "[?1049h":
                IsAlternate = true;
                alternate = Empty();
                break;
            case "[?1049l":
                IsAlternate = false;
                break;
            case "[?25h" or "[?25l":
                IsCursorShown = sequence[^1] == 'h';
                break;
            case "[?7h" or "[?7l":
                Wraps = sequence[^1] == 'h';
                break;
            case "[?2026h":
                Assert.False(IsInFrame);
                IsInFrame = true;
                break;
            case "[?2026l":
                IsInFrame = false;
                Frames++;
                break;
            case "[2J":
                alternate = Empty();
                break;
            case "[2K":
                (IsAlternate ? alternate : main)[row] = Blank();
                break;
            case "[0m" or "[2m" or "[7m":
                IsStyled = sequence != "[0m";
                break;
            case "[?1h" or "=":
                // .NET sets the keys of the terminal up.
                break;
            case var _ when sequence[^1] == 'H' && sequence[1..^1].Split(';') is [var line, var place]:
                row = int.Parse(line, CultureInfo.InvariantCulture) - 1;
                column = int.Parse(place, CultureInfo.InvariantCulture) - 1;
                Assert.InRange(row, 0, Rows - 1);
                break;
            default:
                Assert.Fail($"The sequence ESC {sequence} is none that is known here.");
                break;
        }
    }
}
