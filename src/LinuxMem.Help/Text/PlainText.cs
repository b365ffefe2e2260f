using System.Globalization;
using System.Text;
using LinuxMem.Help.Pages;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace LinuxMem.Help.Text;

/// <summary>Markdown as plain text: without marks, lists and tables as people type them.</summary>
internal static class PlainText
{
    /// <summary>The width that breaks no line.</summary>
    public const int Unbroken = int.MaxValue;

    private const int CodeIndent = 4;

    /// <summary>The lines of a block.</summary>
    /// <param name="page">The page, for messages.</param>
    /// <param name="block">The block.</param>
    /// <param name="width">The longest line; code, and words longer than it, stay as they are.</param>
    /// <exception cref="PageException">The block is of a kind that text does not have.</exception>
    public static IReadOnlyList<string> Lines(MarkdownPage page, Block block, int width) => block switch
    {
        ParagraphBlock paragraph => Wrapping.Wrap(Paragraph(page, paragraph), width),
        CodeBlock code => Code(code, CodeIndent),
        ListBlock list => [.. List(page, list, width)],
        Table table => TextTable.Lines([.. table.Cast<TableRow>().Select(row => row.Select(cell => Cell(page, (TableCell)cell)).ToArray())], width),
        QuoteBlock quote => [.. Joined(page, quote, width - 2).Select(line => line.Length > 0 ? $"  {line}" : line)],
        _ => throw page.Error(block, $"{block.GetType().Name}: the help cannot show this. Use paragraphs, lists, tables and code."),
    };

    /// <summary>A paragraph as one line.</summary>
    public static string Paragraph(MarkdownPage page, LeafBlock paragraph) => Inline(page, paragraph.Inline);

    /// <summary>The lines of a block of code.</summary>
    public static IReadOnlyList<string> Code(CodeBlock code, int indent) =>
        [.. code.Lines.ToString().Split('\n').Select(line => line.Length > 0 ? new string(' ', indent) + line : line)];

    /// <summary>A run of text without its marks.</summary>
    /// <exception cref="PageException">It has something that text does not have.</exception>
    public static string Inline(MarkdownPage page, ContainerInline? run)
    {
        var text = new StringBuilder();
        Append(page, text, run);
        return text.ToString();
    }

    private static void Append(MarkdownPage page, StringBuilder text, ContainerInline? run)
    {
        foreach (Inline inline in run ?? [])
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case AutolinkInline address:
                    text.Append(address.Url);
                    break;
                case LinkInline { IsImage: false } link:
                    int start = text.Length;
                    Append(page, text, link);
                    string shown = text.ToString(start, text.Length - start);
                    if (link.Url is { } url && url.Contains("://", StringComparison.Ordinal) && url != shown)
                    {
                        text.Append(CultureInfo.InvariantCulture, $" ({url})");
                    }

                    break;
                case EmphasisInline emphasis:
                    Append(page, text, emphasis);
                    break;
                default:
                    throw page.Error(inline, $"{inline.GetType().Name}: the help cannot show this. Write it as plain text or code.");
            }
        }
    }

    private static IEnumerable<string> List(MarkdownPage page, ListBlock list, int width)
    {
        int number = int.TryParse(list.OrderedStart, CultureInfo.InvariantCulture, out int start) ? start : 1;
        foreach (ListItemBlock item in list.Cast<ListItemBlock>())
        {
            string mark = list.IsOrdered ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            bool first = true;
            foreach (string line in Joined(page, item, width == Unbroken ? width : width - mark.Length))
            {
                yield return first ? mark + line : line.Length > 0 ? new string(' ', mark.Length) + line : line;
                first = false;
            }
        }
    }

    private static IEnumerable<string> Joined(MarkdownPage page, ContainerBlock blocks, int width)
    {
        bool first = true;
        foreach (Block block in blocks)
        {
            if (!first && block is not ListBlock)
            {
                yield return string.Empty;
            }

            first = false;
            foreach (string line in Lines(page, block, width))
            {
                yield return line;
            }
        }
    }

    private static string Cell(MarkdownPage page, TableCell cell) =>
        string.Join(' ', cell.Cast<ParagraphBlock>().Select(paragraph => Paragraph(page, paragraph)));
}
