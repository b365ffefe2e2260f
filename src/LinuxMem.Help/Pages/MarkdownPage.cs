using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace LinuxMem.Help.Pages;

/// <summary>A page as it was read: its blocks, and what tells a place in it.</summary>
internal sealed class MarkdownPage
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().UsePreciseSourceLocation().Build();

    private MarkdownPage(string file, MarkdownDocument document)
    {
        File = file;
        FrontMatter = document.OfType<YamlFrontMatterBlock>().FirstOrDefault();
        Blocks = [.. document.Where(block => block is not (YamlFrontMatterBlock or LinkReferenceDefinitionGroup))];
    }

    /// <summary>The file, for messages.</summary>
    public string File { get; }

    /// <summary>The file's name without <c>.md</c>.</summary>
    public string Name => Path.GetFileNameWithoutExtension(File);

    /// <summary>What is between the lines <c>---</c> at the beginning.</summary>
    public YamlFrontMatterBlock? FrontMatter { get; }

    /// <summary>The rest.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>Reads a file.</summary>
    public static MarkdownPage Read(string file) => Parse(file, System.IO.File.ReadAllText(file));

    /// <summary>Takes a text for a page.</summary>
    public static MarkdownPage Parse(string file, string text) => new(file, Markdown.Parse(text, Pipeline));

    /// <summary>An error at a place of this page.</summary>
    public PageException Error(MarkdownObject? place, string message) => new(File, (place?.Line ?? 0) + 1, message);

    /// <summary>Divides blocks at the headings of a level; nothing may stand before the first.</summary>
    public IReadOnlyList<Section> Sections(IEnumerable<Block> blocks, int level)
    {
        var sections = new List<Section>();
        foreach (Block block in blocks)
        {
            if (block is HeadingBlock heading && heading.Level == level)
            {
                sections.Add(new Section(Text.PlainText.Inline(this, heading.Inline), heading, []));
            }
            else if (sections.Count > 0)
            {
                sections[^1].Blocks.Add(block);
            }
            else
            {
                throw Error(block, $"a heading of level {level} must stand before this.");
            }
        }

        return sections;
    }
}

/// <summary>A heading with what stands under it.</summary>
internal sealed record Section(string Title, HeadingBlock Heading, List<Block> Blocks);
