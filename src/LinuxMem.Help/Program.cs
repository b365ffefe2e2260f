using System.Text;
using LinuxMem.Help.Maml;
using LinuxMem.Help.Pages;

namespace LinuxMem.Help;

/// <summary>
/// Turns a folder of help pages (Markdown in the schema of PlatyPS) into a folder that Get-Help reads: a MAML file
/// of the pages on cmdlets, and a text of each page <c>about_*</c>.
/// </summary>
internal static class Program
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    private static int Main(string[] arguments)
    {
        if (arguments is not [var source, var target])
        {
            Console.Error.WriteLine("Usage: LinuxMem.Help FOLDER_OF_PAGES TARGET_FOLDER");
            return WrongUsage;
        }

        try
        {
            Write(source, target);
            return 0;
        }
        catch (Exception e) when (e is PageException or IOException or UnauthorizedAccessException)
        {
            // In the form that MSBuild takes for an error.
            Console.Error.WriteLine(e is PageException ? e.Message : $"LinuxMem.Help: error HELP: {e.Message}");
            return Failed;
        }
    }

    private static void Write(string source, string target)
    {
        MarkdownPage[] pages = [.. Directory.EnumerateFiles(source, "*.md").Order(StringComparer.Ordinal).Select(MarkdownPage.Read)];
        if (pages.Length == 0)
        {
            throw new IOException($"There are no pages (*.md) in '{source}'.");
        }

        Directory.CreateDirectory(target);
        foreach (MarkdownPage page in pages.Where(AboutPage.Is))
        {
            AboutPage about = AboutPage.From(page);
            File.WriteAllText(Path.Combine(target, $"{about.Topic}.help.txt"), about.Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        foreach (IGrouping<string, CommandHelp> file in pages.Where(page => !AboutPage.Is(page)).Select(CommandPage.Parse).GroupBy(command => command.HelpFile))
        {
            MamlFile.Create(file).Save(Path.Combine(target, file.Key));
        }
    }
}
