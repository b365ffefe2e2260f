using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Filters;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Snapshots;

/// <summary>What the command does while it takes a snapshot, call by call, and at what moment it is disturbed.</summary>
[Beside(Company.Sessions)]
public sealed class TracedSnapshotTests(StagingGround ground) : StagedTests(ground)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(50);

    [Theory]
    [InlineData("")]
    [InlineData("--force")]
    public void The_file_is_on_the_disk_before_it_has_its_name_and_the_name_is_after(string force)
    {
        RequireTracing();
        string folder = Directory.CreateDirectory(Ground.NewName("target")).FullName;
        string file = Path.Combine(folder, "x");
        string trace = Ground.NewName("trace");
        if (force.Length > 0)
        {
            File.WriteAllText(file, "old");
        }

        string[] words = ["strace", "-f", "-y", "-o", trace, "-e", "trace=/^(fsync|linkat|rename.*)$", .. LinuxMemCommand.Words, "snapshot", file, "--skip-oracle", "-f", "pid(1)", .. force.Length > 0 ? [force] : Array.Empty<string>()];
        Outcome outcome = LinuxMemCommand.Start(words);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        string[] calls = [.. File.ReadAllLines(trace).Where(line => line.Contains(folder, StringComparison.Ordinal) && line.EndsWith("= 0", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split('(')[0])];
        Assert.Equal("fsync", calls[0]);
        Assert.Equal("fsync", calls[^1]);
        Assert.InRange(calls.Length, 3, 4);
        Assert.All(calls[1..^1], call => Assert.Matches("^(linkat|rename.*)$", call));
        Assert.Equal([file], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Killed_it_leaves_nothing()
    {
        Rights.RequireFrameNumbers();
        Ground.Require();
        string folder = Directory.CreateDirectory(Ground.NewName("target")).FullName;
        string[] words = [.. LinuxMemCommand.Words, "snapshot", Path.Combine(folder, "x"), "--skip-oracle"];
        using Process command = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            // As soon as it has a file open there.
            Assert.True(SpinWait.SpinUntil(() => Opened(command.Id).Any(path => path.StartsWith(folder, StringComparison.Ordinal)), Bound), "it has opened no file");
        }
        finally
        {
            command.Kill();
            command.WaitForExit();
        }

        Assert.Equal(137, command.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_child_of_vfork_that_executes_a_program_while_it_is_read_has_the_pages_of_the_program()
    {
        RequireTracing();
        Rights.RequireFrameNumbers();

        // Held up for long at each of many calls only where the child was not quick enough.
        bool executed = TakeWhileItExecutes(microseconds: 250_000) || TakeWhileItExecutes(microseconds: 1_000_000);

        Assert.True(executed, "it has not executed a program while it was read");
    }

    /// <summary>False when the child had not executed the program when its pages were read: then nothing was seen.</summary>
    private bool TakeWhileItExecutes(int microseconds)
    {
        string signal = Ground.NewName("go");
        string file = Ground.NewName("snapshot");
        using Workload workload = Ground.StartHostile($"vfork-until {signal}");
        int child = workload.Pids[1];

        // Between the opening of the page map and that of the mappings it empties a file of its own: there it is held up.
        string[] words = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=ftruncate", "-e", string.Create(CultureInfo.InvariantCulture, $"inject=ftruncate:delay_enter={microseconds}"), .. LinuxMemCommand.Words, "snapshot", file, "--skip-oracle", "-f", $"pid({child})"];
        using Process tracer = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            string pagemap = string.Create(CultureInfo.InvariantCulture, $"/proc/{child}/pagemap");
            Assert.True(SpinWait.SpinUntil(() => tracer.HasExited || ChildrenOf(tracer.Id).Any(command => Opened(command).Contains(pagemap)), Bound), "it does not read the child");
            File.WriteAllText(signal, string.Empty);

            Assert.True(tracer.WaitForExit(Bound), "it does not end");
            Assert.True(tracer.ExitCode == 0, tracer.StandardError.ReadToEnd());
        }
        finally
        {
            tracer.Kill(entireProcessTree: true);
        }

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = file, Threads = 1 });
        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit()]);
        if (Assert.Single(scan.Table.Processes).Comm != "sleep")
        {
            return false;
        }

        Assert.Equal(IndependentCount.Read(child).Frames.Count * (long)IndependentCount.PageSize, Assert.Single(result.Reports[0].Groups).MemRss);
        return true;
    }

    [Fact]
    public void A_process_that_executes_a_program_while_it_is_read_has_pages_and_facts_of_one_program()
    {
        RequireTracing();
        string signal = Ground.NewName("go");
        string file = Ground.NewName("snapshot");
        using var shell = new StagedProcess("echo ready; until [ -e \"$1\" ]; do :; done; exec sleep 1000", signal);
        string pid = shell.Id.ToString(CultureInfo.InvariantCulture);

        // The link to the program is read after the pages: there it is held up, with the page map open. It is read twice,
        // and both together are less than the time after which a process is said not to answer.
        string[] words = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", $"{pid}/exe", "-e", "trace=readlinkat", "-e", "inject=readlinkat:delay_enter=1500000", .. LinuxMemCommand.Words, "snapshot", file, "--skip-oracle", "-f", $"pid({pid})"];
        using Process tracer = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            Assert.True(SpinWait.SpinUntil(() => tracer.HasExited || ChildrenOf(tracer.Id).Any(command => Opened(command).Contains($"/proc/{pid}/pagemap")), Bound), "it does not read the process");
            Thread.Sleep(TimeSpan.FromSeconds(0.25));
            File.WriteAllText(signal, string.Empty);

            Assert.True(tracer.WaitForExit(Bound), "it does not end");
            Assert.True(tracer.ExitCode == 0, tracer.StandardError.ReadToEnd());
        }
        finally
        {
            tracer.Kill(entireProcessTree: true);
        }

        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = file, Threads = 1 });
        ScanResult result = scan.Run(scan.Table.Processes, [new WholeSplit()]);
        Assert.Equal("sleep", Assert.Single(scan.Table.Processes).Comm);
        Assert.Equal(IndependentCount.Read(shell.Id).Frames.Count * (long)IndependentCount.PageSize, Assert.Single(result.Reports[0].Groups).MemRss);
    }

    private static void RequireTracing()
    {
        Rights.RequireFrameNumbers();
        Assert.SkipUnless(Command.Exists("strace"), "Not tested: there is no strace.");
    }

    private static int[] ChildrenOf(int pid)
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static List<string> Opened(int pid)
    {
        var files = new List<string>();
        try
        {
            foreach (string link in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
            {
                if (new FileInfo(link).LinkTarget is string target)
                {
                    files.Add(target);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It closes files while they are listed.
        }

        return files;
    }
}
