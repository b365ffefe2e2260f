using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Unit.Cli;

[Beside(Company.Sessions)]
public class UsageTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("groups", "--help")]
    [InlineData("processes", "--help")]
    [InlineData("tmpfs", "--help")]
    public void Asking_what_it_is_succeeds(params string[] arguments)
    {
        Outcome outcome = LinuxMemCommand.Run(arguments);

        Assert.Equal(0, outcome.ExitCode);
        Assert.NotEmpty(outcome.Output);
        Assert.Empty(outcome.Error);
    }

    [Theory]
    [InlineData("There is no control group 'there-is-none' with processes.", "cgroups", "--skip-scan", "--name", "there-is-none", "--name", "no-such-*")]
    [InlineData("There is no shared memory object '/there-is-none'.", "shared", "--skip-open-files", "--name", "/there-is-none", "--name", "/no-such-*")]
    public void A_name_that_nothing_has_is_told(string expected, params string[] arguments)
    {
        Outcome outcome = LinuxMemCommand.Run(arguments);

        Assert.Equal((1, string.Empty), (outcome.ExitCode, outcome.Output));
        Assert.Contains($"linuxmem: {expected}", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no-such-", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no command")]
    [InlineData("'nosuch'", "nosuch")]
    [InlineData("'--nosuch'", "groups", "--nosuch")]
    [InlineData("'linuxmem mappings --help' lists", "mappings", "--nosuch")]
    [InlineData("'extra'", "machine", "extra")]
    [InlineData("'-x'", "processes", "-x")]
    [InlineData("'-e'", "groups", "-e")]
    [InlineData("'-p'", "groups", "-p")]
    [InlineData("'-c'", "groups", "-c")]
    [InlineData("'--split-by'", "groups", "--split-by")]
    [InlineData("'-f'", "groups", "-f")]
    [InlineData("'-f'", "processes", "-f", "uid(0)", "-f", "uid(1)")]
    [InlineData("'-u'", "processes", "-u")]
    [InlineData("'nosuch' is not a property to split by. Give one of Id, ", "groups", "--split-by", "Comm", "--split-by", "nosuch")]
    [InlineData("'\\x1B[31m'", "groups", "--split-by", "\u001b[31m")]
    [InlineData("'-u'", "tmpfs", "-u")]
    [InlineData("-p: '1x'", "groups", "-p", "1x")]
    [InlineData("-p: ''", "groups", "-p", "1,")]
    [InlineData("-p: '0'", "groups", "-p", "0")]
    [InlineData("-p: '99999999999'", "groups", "-p", "99999999999")]
    [InlineData("--split-pids: '-5'", "groups", "--split-pids", "-5")]
    [InlineData("-t: '0'", "groups", "-t", "0")]
    [InlineData("--threads: 'many'", "groups", "--threads", "many")]
    [InlineData("-m: '0'", "groups", "-m", "0")]
    [InlineData("--mem-limit: '-1'", "groups", "--mem-limit", "-1")]
    [InlineData("-m: '1.5'", "groups", "-m", "1.5")]
    [InlineData("'xml'", "groups", "-o", "xml")]
    [InlineData("'-o'", "groups", "-o", "json", "-o", "csv")]
    [InlineData("''", "groups", "-e", "")]
    [InlineData("'A=B'", "groups", "-e", "A=B")]
    public void Wrong_usage_is_explained_in_one_sentence(string expected, params string[] arguments)
    {
        Outcome outcome = LinuxMemCommand.Run(arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.StartsWith("linuxmem: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(expected == "no command" ? "command is missing" : expected, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.InRange(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
    }

    [Theory]
    [InlineData("'/nosuch'", "groups", "--proc-root", "/nosuch")]
    [InlineData("'/nosuch'", "processes", "-l", "--proc-root", "/nosuch")]
    [InlineData("'/nosuch'", "tmpfs", "--proc-root", "/nosuch")]
    [InlineData("has no usable name", "groups", "--proc-root", "")]
    [InlineData("'/usr' is not a /proc tree", "groups", "--proc-root", "/usr")]
    [InlineData("'/etc/passwd' is not a snapshot", "groups", "--proc-root", "/etc/passwd")]
    public void A_tree_that_is_not_there_ends_with_1(string expected, params string[] arguments)
    {
        Outcome outcome = LinuxMemCommand.Run(arguments);

        Assert.Equal((1, string.Empty), (outcome.ExitCode, outcome.Output));
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groups", "Default interval: 1 second.")]
    [InlineData("watch", "Default interval: 2 seconds.")]
    public void Help_tells_the_interval_that_is_usual(string command, string expected) =>
        Assert.Contains(expected, string.Join(' ', LinuxMemCommand.Run(command, "--help").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

    [Fact]
    public void An_id_that_nobody_has_ends_with_1_as_a_name_does()
    {
        Rights.RequireFrameNumbers();

        // Above the greatest number that the kernel gives to a process.
        Outcome outcome = LinuxMemCommand.Run("groups", "-p", "1,4194305");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Contains("4194305", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("setpriv", "--reuid", "65534", "--clear-groups")]
    [InlineData("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")]
    public void Without_the_right_to_see_frame_numbers_it_fails_and_shows_nothing(params string[] prefix)
    {
        Rights.RequireSetPriv();

        foreach (string command in new[] { "groups", "processes" })
        {
            Outcome outcome = LinuxMemCommand.Start([.. prefix, .. LinuxMemCommand.Words, command, "-f", "true()"]);

            Assert.True(outcome.ExitCode == 1, $"exit code {outcome.ExitCode}: {outcome.Error}");
            Assert.Empty(outcome.Output);
            Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("CAP_SYS_ADMIN", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Help_names_all_that_can_be_written()
    {
        string help = LinuxMemCommand.Run("groups", "--help").Output;

        Assert.All(PropertySplit.Names, name => Assert.Contains(name, help, StringComparison.Ordinal));
        Assert.All(FilterPredicates.All, predicate => Assert.Contains(predicate.Syntax, help, StringComparison.Ordinal));
        Assert.Contains("not there at all", help, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_told()
    {
        Rights.RequireFrameNumbers();

        Outcome outcome = LinuxMemCommand.Start(["sh", "-c", "exec \"$@\" > /dev/full", "sh", .. LinuxMemCommand.Words, "groups"]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("could not be written", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_leaves_ends_it_quietly()
    {
        Rights.RequireFrameNumbers();

        Outcome outcome = LinuxMemCommand.Start(["sh", "-c", "{ \"$@\"; echo \"code $?\" >&2; } | true", "sh", .. LinuxMemCommand.Words, "groups", "-u"]);

        Assert.Matches(@"\A(linuxmem: warning: [^\n]+\n)*Scanned \d+ process(es)? in [^\n]+\ncode 0\n\z", outcome.Error);
    }
}
