using System.Text.RegularExpressions;
using LinuxMem.Engine.Texts;
using LinuxMem.Unit.Fixtures;
using Command = LinuxMem.Unit.Staging.Command;

namespace LinuxMem.Unit.Cli;

/// <summary>The tables in a pseudo-terminal of script(1): they fit it, no number is cut, and what is left out is named.</summary>
[Beside(Company.Sessions)]
public partial class TerminalTests
{
    private static readonly int[] Widths = [80, 90, 100, 110, 120, 200];
    private static readonly string[] Texts = ["group_name", "comm", "user", "command_line", "sid", "status", "large_pages", "name", "kind", "pids", "mount_point", "huge", "noswap"];

    public static TheoryData<string> Tables =>
    [
        $"groups -u -e {WidestNames.Variable} --split-by Comm -c 'and(uid(4294967290),not(comm(a)),not(comm(b)),not(comm(c)),not(comm(d)),not(comm(e)))' --proc-root ROOT",
        "groups --proc-root ROOT", "processes --proc-root ROOT", "processes --list-only --proc-root ROOT", "shm --proc-root ROOT", "oracle --proc-root ROOT",
        "shared --proc-root ROOT", "shared", "tmpfs",
    ];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_table_fits_its_terminal_with_whole_numbers_and_names_what_it_leaves_out(string command)
    {
        if (!command.Contains("ROOT", StringComparison.Ordinal))
        {
            Rights.RequireFrameNumbers();
        }

        using var named = new WidestNames();
        string words = command.Replace("ROOT", named.Root, StringComparison.Ordinal);
        RequireTerminal();

        // Terminals of all widths at the same time.
        Task<(int Width, string[] Lines)>[] running = [.. Widths.Select(width => Task.Run(() => (width, InTerminal(width, words))))];
        string[] whole = Headings(LinuxMemCommand.Start(["sh", "-c", $"exec {Program} {words}"]).Output.Split('\n'));

        Assert.All(await Task.WhenAll(running), terminal => AssertFits(terminal.Lines, terminal.Width, whole));
    }

    private static void AssertFits(string[] lines, int width, string[] whole)
    {
        Assert.Contains(lines, line => line.StartsWith('┌'));
        Assert.All(lines, line => Assert.InRange(DisplayWidth.Of(line), 0, width));
        string[] leftOut = LeftOut(lines);
        foreach (string[] table in TablesOf(lines))
        {
            string[] shown = Headings(table);
            Assert.Equal(whole[..shown.Length], shown);
            foreach (string[] cells in table.Where(line => line.StartsWith('│')).Skip(1).Select(Cells))
            {
                Assert.Equal(shown.Length, cells.Length);
                Assert.All(cells.Zip(shown).Where(cell => !Texts.Contains(cell.Second)), cell => Assert.Matches(Number(), cell.First));
            }
        }

        // The tables of one report may have room for more or fewer columns, as their names are.
        Assert.Equal(whole[^leftOut.Length..], leftOut);
        Assert.Equal(whole.Length, leftOut.Length + TablesOf(lines).Min(table => Headings(table).Length));
    }

    [Fact]
    public void In_a_file_nothing_is_left_out()
    {
        using var named = new WidestNames();

        string output = LinuxMemCommand.Run("groups", "-u", "--proc-root", named.Root).Output;

        Assert.DoesNotContain("No room for", output, StringComparison.Ordinal);
        Assert.Equal(12, Headings(output.Split('\n')).Length);
    }

    private static string Program => string.Join(' ', LinuxMemCommand.Words.Select(word => $"'{word}'"));

    private static void RequireTerminal() =>
        Assert.SkipUnless(Command.Exists("script") && Command.Exists("stty"), "Not tested: there is no script(1) or stty(1).");

    private static string[] InTerminal(int width, string words)
    {
        Outcome outcome = LinuxMemCommand.Start(["script", "-qec", $"stty cols {width} rows 50; exec {Program} {words} 2>/dev/null", "/dev/null"]);
        Assert.Equal(0, outcome.ExitCode);

        // .NET sets the terminal up before anything is written.
        return outcome.Output.Replace("\r", string.Empty, StringComparison.Ordinal).Replace("\u001b[?1h\u001b=", string.Empty, StringComparison.Ordinal).Split('\n');
    }

    private static IEnumerable<string[]> TablesOf(string[] lines)
    {
        for (int start = 0; start < lines.Length; start++)
        {
            if (lines[start].StartsWith('┌'))
            {
                yield return lines[start..(Array.FindIndex(lines, start, line => line.StartsWith('└')) + 1)];
            }
        }
    }

    private static string[] Headings(IEnumerable<string> lines) => Cells(lines.First(line => line.StartsWith('│')));

    private static string[] Cells(string line) => [.. line.Trim('│').Split('│').Select(cell => cell.Trim())];

    private static string[] LeftOut(string[] lines)
    {
        Match match = NoRoom().Match(string.Join(' ', lines));
        return match.Success ? match.Groups[1].Value.Split(", ") : [];
    }

    [GeneratedRegex("No room for ([^:]+): a wider terminal, json or csv has them\\.")]
    private static partial Regex NoRoom();

    [GeneratedRegex(@"^(-?[0-9]+(\.[0-9]+)?|[0-9]+\.[0-9][0-9] [KMGT]iB|[0-9]+ B|-|)$")]
    private static partial Regex Number();
}
