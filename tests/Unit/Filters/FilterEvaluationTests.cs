using System.Globalization;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Filters;

[Beside(Company.Sessions)]
public class FilterEvaluationTests
{
    [Fact]
    public void The_process_itself_is_found_by_all_that_it_is()
    {
        int self = Environment.ProcessId;
        string exe = TextPattern.Literal(Environment.ProcessPath!).ToString();

        Assert.True(Matches(self, "true()"));
        Assert.False(Matches(self, "false()"));
        Assert.True(Matches(self, $"pid({self})"));
        Assert.False(Matches(self, $"pid({self + 1})"));
        Assert.True(Matches(self, $"exe({exe})"));
        Assert.True(Matches(self, "exe(/*)"));
        Assert.True(Matches(self, "cgroup(/*)"));
        Assert.True(Matches(self, "cmdline(?*)"));
        Assert.True(Matches(self, $"uid({StatusField("Uid")})"));
        Assert.True(Matches(self, $"gid({StatusField("Gid")})"));
        Assert.True(Matches(self, $"user({TextPattern.Literal(Environment.UserName)})"));
        Assert.False(Matches(self, "user(no-such-user)"));
        Assert.True(Matches(self, $"ppid({StatusField("PPid")})"));
        Assert.True(Matches(self, $"and(pid({self}),not(or(false(),pid(1))),exe(/*))"));
        Assert.False(Matches(self, $"or(not(pid({self})),and(true(),false()))"));
        Assert.Equal([self], Matching($"pid({self})"));
    }

    [Fact]
    public void Environment_and_arguments_are_those_the_program_was_started_with()
    {
        using var child = new StagedProcess(
            """
            export A_SID=PROD1 A_TEXT='a,b (c) "d"' A_EMPTY= A_BYTES=$'PR\xffOD' A_LINES=$'x\ny'
            exec -a 'odd (name), "x"' bash -c 'echo ready; read -r line' zero 'two words' $'new\nline'
            """);

        Assert.True(Matches(child.Id, "env_k(A_SID)"));
        Assert.False(Matches(child.Id, "env_k(A_*)"));
        Assert.False(Matches(child.Id, "env_k(a_sid)"));
        Assert.False(Matches(child.Id, "env_k(PROD1)"));
        Assert.True(Matches(child.Id, "env_kv(A_SID,PROD1)"));
        Assert.True(Matches(child.Id, "env_kv( A_SID , PROD? )"));
        Assert.False(Matches(child.Id, "env_kv(A_SID,PROD)"));
        Assert.False(Matches(child.Id, "env_kv(A_SID,'PROD?')"));
        Assert.True(Matches(child.Id, """env_kv(A_TEXT,"a,b (c) \"d\"")"""));
        Assert.True(Matches(child.Id, "env_kv(A_TEXT,a*(c)*)"));
        Assert.True(Matches(child.Id, "env_kv(A_EMPTY,)"));
        Assert.True(Matches(child.Id, "env_kv(A_EMPTY,*)"));
        Assert.False(Matches(child.Id, "env_kv(A_MISSING,*)"));
        Assert.True(Matches(child.Id, """env_kv(A_BYTES,"PR\xFFOD")"""));
        Assert.True(Matches(child.Id, "env_kv(A_BYTES,PR?OD)"));
        Assert.False(Matches(child.Id, """env_kv(A_BYTES,"PR\xFEOD")"""));
        Assert.False(Matches(child.Id, "env_kv(A_BYTES,PR\uFFFDOD)"));
        Assert.True(Matches(child.Id, """env_kv(A_LINES,"x\ny")"""));
        Assert.True(Matches(child.Id, """cmdline("odd (name), \"x\" -c "*" zero two words new\nline")"""));
        Assert.True(Matches(child.Id, "cmdline(*two words*)"));
        Assert.False(Matches(child.Id, "cmdline(two words)"));
        Assert.True(Matches(child.Id, "comm(bash)"));
        Assert.True(Matches(child.Id, "exe(*/bash)"));
    }

    [Theory]
    [InlineData("two words", "comm(two words)")]
    [InlineData("two words", "comm( two words )")]
    [InlineData(" padded ", "comm(\" padded \")")]
    [InlineData("(sd-pam)", "comm((sd-pam))")]
    [InlineData("a) S 1 (b", "comm(\"a) S 1 (b\")")]
    [InlineData(":-) ", "comm(\":-) \")")]
    [InlineData("a,b", "comm(a,b)")]
    [InlineData("it's", "comm(it's)")]
    [InlineData("\"quoted\"", "comm('\"quoted\"')")]
    [InlineData("a*b", "comm(a\\*b)")]
    [InlineData("a\\\\b", "comm(a\\b)")]
    [InlineData("a\\nb", "comm(\"a\\nb\")")]
    [InlineData("\\033[31mred", "comm(\"\\x1B[31mred\")")]
    [InlineData("\\xff\\xfe", "comm(\"\\xFF\\xFE\")")]
    [InlineData("\\xc3\\xa9\\xc3", "comm(\"é\\xC3\")")]
    [InlineData("文字", "comm(文字)")]
    public void Any_name_that_a_process_gives_itself_can_be_written(string name, string filter)
    {
        using var child = new StagedProcess(
            """
            folder=$(mktemp -d); printf -v name '%b' "$1"; ln -s /bin/bash "$folder/$name"
            exec "$folder/$name" -c 'rm -r "$0"; echo ready; read -r line' "$folder"
            """,
            name);

        Assert.True(Matches(child.Id, filter));
        Assert.False(Matches(child.Id, "comm(bash)"));

        MemProcess process = ProcessListing.List(Machine.Open()).Processes.Single(p => p.Id == child.Id);
        Assert.True(Matches(child.Id, $"comm({TextPattern.Literal(process.Comm)})"));
    }

    [Fact]
    public void A_process_may_have_no_name()
    {
        using var child = new StagedProcess("printf '\\0' > /proc/$$/comm; echo ready; read -r line");

        Assert.True(Matches(child.Id, "comm()"));
        Assert.True(Matches(child.Id, "comm('')"));
        Assert.True(Matches(child.Id, "comm(*)"));
        Assert.False(Matches(child.Id, "comm(?*)"));
    }

    [Fact]
    public void Descendants_are_the_tree_below_a_process()
    {
        using var child = new StagedProcess("bash -c 'sleep 600 & echo $$ $!; echo ready; wait' & wait");
        int[] below = [.. child.Lines[0].Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
        Assert.Equal(2, below.Length);

        Assert.Equal(below.Order(), Matching($"descendants({child.Id})"));
        Assert.Equal([below[0]], Matching($"ppid({child.Id})"));
        Assert.Equal([below[1]], Matching($"descendants({below[0]})"));
        Assert.Empty(Matching($"descendants({below[1]})"));
        Assert.Empty(Matching("descendants(-1)"));
        Assert.True(Matches(below[1], $"descendants({Environment.ProcessId})"));
        Assert.False(Matches(Environment.ProcessId, $"descendants({Environment.ProcessId})"));
    }

    [Fact]
    public void What_cannot_be_read_does_not_match()
    {
        ProcessTable table;
        MemProcess gone;
        using (var child = new StagedProcess("echo ready; read -r line"))
        {
            table = ProcessListing.List(Machine.Open());
            gone = table.Processes.Single(p => p.Id == child.Id);
        }

        foreach (string text in new[] { "exe(*)", "cmdline(*)", "cgroup(*)", "env_k(PATH)", "env_kv(PATH,*)" })
        {
            Assert.False(FilterParser.Parse(text).Matches(gone, table.Tree), text);
            Assert.True(FilterParser.Parse($"not({text})").Matches(gone, table.Tree), text);
        }

        Assert.True(FilterParser.Parse("comm(bash)").Matches(gone, table.Tree));
        Assert.True(FilterParser.Parse($"pid({gone.Id})").Matches(gone, table.Tree));
        Assert.True(FilterParser.Parse($"uid({gone.Uid})").Matches(gone, table.Tree));
    }

    [Theory]
    [InlineData("comm(a)", ProcessFacts.None)]
    [InlineData("and(pid(1),ppid(1),descendants(1),true())", ProcessFacts.None)]
    [InlineData("or(uid(0),not(exe(/bin/sh)))", ProcessFacts.Owner | ProcessFacts.Exe)]
    [InlineData("not(and(env_k(A),or(cmdline(a),cgroup(/))))", ProcessFacts.Variables | ProcessFacts.CommandLine | ProcessFacts.Cgroup)]
    [InlineData("env_kv(A,B)", ProcessFacts.Variables)]
    [InlineData("user(root)", ProcessFacts.Owner)]
    [InlineData("gid(0)", ProcessFacts.Owner)]
    public void A_filter_names_the_facts_that_it_looks_at(string text, ProcessFacts facts)
    {
        Assert.Equal(facts, FilterParser.Parse(text).Facts);
    }

    private static bool Matches(int pid, string filter) => Matching(filter).Contains(pid);

    private static IEnumerable<int> Matching(string filter)
    {
        ProcessTable table = ProcessListing.List(Machine.Open());
        ProcessFilter parsed = FilterParser.Parse(filter);
        return [.. table.Processes.Where(process => parsed.Matches(process, table.Tree)).Select(process => process.Id)];
    }

    private static string StatusField(string name)
    {
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        string[] numbers = line[(name.Length + 1)..].Split('\t', StringSplitOptions.RemoveEmptyEntries);
        return numbers[Math.Min(1, numbers.Length - 1)];
    }
}
