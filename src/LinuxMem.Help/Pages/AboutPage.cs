using System.Text;
using LinuxMem.Help.Text;
using Markdig.Syntax;

namespace LinuxMem.Help.Pages;

/// <summary>A page <c>about_*</c>: headings of level 2 stand at the margin, those of level 3 at 2, the rest at 4.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="Text">What Get-Help shows, in lines that fit 80 columns (code stays as it is).</param>
internal sealed record AboutPage(string Topic, string Text)
{
    private const int Width = 80;
    private const int Indent = 4;
    private const string First = "SHORT DESCRIPTION";

    /// <summary>True for a page of this kind.</summary>
    public static bool Is(MarkdownPage page) => page.Name.StartsWith("about_", StringComparison.Ordinal);

    /// <summary>Turns the page into text.</summary>
    /// <exception cref="PageException">It has something that text cannot show, or does not begin as it should.</exception>
    public static AboutPage From(MarkdownPage page)
    {
        if (page.Blocks is not [HeadingBlock { Level: 1 } title, HeadingBlock { Level: 2 } first, ParagraphBlock description, ..]
            || PlainText.Inline(page, title.Inline) != page.Name
            || !PlainText.Inline(page, first.Inline).Equals(First, StringComparison.OrdinalIgnoreCase))
        {
            throw page.Error(page.Blocks.Count > 0 ? page.Blocks[0] : null, $"an about page begins with '# {page.Name}', '## {First}' and a paragraph.");
        }

        // Get-Help takes the fifth line of the text for the topic's synopsis.
        if (PlainText.Lines(page, description, Width - Indent).Count != 1)
        {
            throw page.Error(description, $"the short description must fit one line of {Width - Indent} characters.");
        }

        var text = new StringBuilder().Append("TOPIC\n").Append(' ', Indent).Append(page.Name).Append('\n');
        bool afterHeading = false;
        foreach (Block block in page.Blocks.Skip(1))
        {
            if (!afterHeading)
            {
                text.Append('\n');
            }

            afterHeading = block is HeadingBlock;
            if (block is HeadingBlock heading)
            {
                string name = PlainText.Inline(page, heading.Inline);
                text.Append(heading.Level == 2 ? name.ToUpperInvariant() : $"  {name}").Append('\n');
                continue;
            }

            foreach (string line in PlainText.Lines(page, block, Width - Indent))
            {
                text.Append(line.Length > 0 ? new string(' ', Indent) : string.Empty).Append(line).Append('\n');
            }
        }

        return new AboutPage(page.Name, text.ToString());
    }
}
