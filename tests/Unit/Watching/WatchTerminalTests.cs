using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Watching;

/// <summary><c>linuxmem watch</c> in a pseudo-terminal.</summary>
[Beside(Company.Sessions)]
public sealed class WatchTerminalTests : IDisposable
{
    private readonly ProcCopy copy = new();

    public WatchTerminalTests()
    {
        for (int pid = 10; pid < 40; pid++)
        {
            copy.Add(pid, comm: $"c{pid}\u001b[2J", maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame((ulong)pid)).Map(0x1f000, 0);
        }
    }

    public void Dispose() => copy.Dispose();

    [Fact]
    public void It_is_drawn_in_place_follows_the_size_goes_into_a_group_and_leaves_nothing()
    {
        using PseudoTerminal terminal = Start("--split-by", "Comm", "-i", "0.2");
        terminal.WaitUntil("the first look", screen => screen.Lines[2].Contains("4.00 KiB", StringComparison.Ordinal));
        ScreenModel screen = terminal.Screen;
        Assert.True(screen.IsAlternate);
        Assert.False(screen.IsCursorShown);
        Assert.Matches(@"^name +procs +held +change +since_start +freed$", screen.Lines[1]);
        Assert.Equal(16, screen.Lines[2..18].Count(line => line.Contains("4.00 KiB", StringComparison.Ordinal)));
        Assert.Contains("q end", screen.Lines[19], StringComparison.Ordinal);

        // What names hold is spelled out.
        Assert.Contains(screen.Lines, line => line.StartsWith("c10\\x1B[2J", StringComparison.Ordinal));

        terminal.Resize(120, 12);
        terminal.WaitUntil("the wider screen", _ => screen.Lines[1].Contains("rss", StringComparison.Ordinal) && screen.Lines[11].Contains("q end", StringComparison.Ordinal));
        Assert.Equal(8, screen.Lines[2..10].Count(line => line.Contains("4.00 KiB", StringComparison.Ordinal)));

        terminal.Resize(40, 6);
        terminal.WaitUntil("the narrow screen", _ => screen.Lines[5].StartsWith("q end", StringComparison.Ordinal) && screen.Lines[1].EndsWith("held", StringComparison.Ordinal));
        terminal.Resize(80, 20);
        terminal.WaitUntil("the screen as before", _ => screen.Lines[1].EndsWith("freed", StringComparison.Ordinal) && screen.Lines[17].Length > 0);

        terminal.Type("p");
        terminal.WaitUntil("the pause", _ => screen.Lines[0].StartsWith("PAUSED", StringComparison.Ordinal));
        terminal.Type("p");
        terminal.WaitUntil("the end of the pause", _ => screen.Lines[0].StartsWith("Comm", StringComparison.Ordinal));

        terminal.Type("\e[D\e[D");
        terminal.WaitUntil("sorted by name", _ => screen.Lines[19].Contains("sort: name", StringComparison.Ordinal) && screen.Lines[2].StartsWith("c10", StringComparison.Ordinal));
        terminal.Type("\e[B\r");
        terminal.WaitUntil("the processes of the group", _ => screen.Lines[0].StartsWith("c10\\x1B[2J: processes", StringComparison.Ordinal) && screen.Lines[2].StartsWith("10 ", StringComparison.Ordinal));
        terminal.Type("m");
        terminal.WaitUntil("its mappings", _ => screen.Lines[0].StartsWith("c10\\x1B[2J: mappings", StringComparison.Ordinal) && screen.Lines[2].StartsWith("[anon]", StringComparison.Ordinal));
        terminal.Type("\e");
        terminal.WaitUntil("all groups again", _ => screen.Lines[0].StartsWith("Comm", StringComparison.Ordinal) && screen.Lines[3].StartsWith("c11", StringComparison.Ordinal));

        terminal.Type("q");
        AssertLeft(terminal, "END 0 restored");
    }

    [Fact]
    public void Ctrl_C_ends_it_in_the_middle_of_a_wait_and_leaves_nothing()
    {
        using PseudoTerminal terminal = Start("-i", "1000");
        terminal.WaitUntil("the first look", screen => screen.Lines[0].StartsWith("All", StringComparison.Ordinal));
        terminal.Type("\u0003");

        AssertLeft(terminal, "END 130 restored");
    }

    [Fact]
    public void An_error_leaves_nothing_either()
    {
        using PseudoTerminal terminal = Start("-p", "10", "-i", "0.2");
        terminal.WaitUntil("the first look", screen => screen.Lines[0].StartsWith("PID", StringComparison.Ordinal));
        Directory.Move(copy.Root, $"{copy.Root}-gone");
        try
        {
            AssertLeft(terminal, "END 1 restored");
        }
        finally
        {
            Directory.Move($"{copy.Root}-gone", copy.Root);
        }
    }

    [Fact]
    public void A_name_that_nothing_has_ends_it_at_the_first_look()
    {
        using var terminal = new PseudoTerminal(80, 20, [.. LinuxMemCommand.Words, "watch", "nosuchname", "--proc-root", copy.Root]);

        AssertLeft(terminal, "END 1 restored");
    }

    [Fact]
    public void Without_a_terminal_it_is_one_report_after_the_other()
    {
        Outcome outcome = LinuxMemCommand.Run("watch", "--split-by", "Comm", "-i", "0.01", "--samples", "2", "--top", "3", "--proc-root", copy.Root);

        Assert.Equal(0, outcome.ExitCode);
        Assert.DoesNotContain('\e', outcome.Output);
        Assert.Equal(2, outcome.Output.Split('\n').Count(line => line.StartsWith('┌')));
        Assert.Equal(8, outcome.Output.Split('\n').Count(line => line.StartsWith('│')));
    }

    private static void AssertLeft(PseudoTerminal terminal, string end)
    {
        terminal.WaitUntil("the end", _ => terminal.End is not null);
        Assert.Equal(end, terminal.End);
        Assert.False(terminal.Screen.IsAlternate);
        Assert.True(terminal.Screen.IsCursorShown);
        Assert.True(terminal.Screen.Wraps);
        Assert.False(terminal.Screen.IsStyled);

        // On the screen there is what was there before, and the end.
        Assert.Equal([end], terminal.Screen.Lines.Where(line => line.Length > 0));
    }

    private PseudoTerminal Start(params string[] arguments) => new(80, 20, [.. LinuxMemCommand.Words, "watch", .. arguments, "--proc-root", copy.Root]);
}
