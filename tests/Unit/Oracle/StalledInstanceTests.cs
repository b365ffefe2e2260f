using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Hostile;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Oracle;

/// <summary>No user keeps anybody beyond the time that was set, or from stopping.</summary>
public class StalledInstanceTests
{
    /// <summary>A pmon that holds a write lease on its sqlplus and does not let go of it (the kernel takes it away after 45 s).</summary>
    private const string Lease = "$SIG{IO} = 'IGNORE'; open(L, '+<', \"$ENV{ORACLE_HOME}/bin/sqlplus\") or die; fcntl(L, 1024, 1) or die; open(F, '>', \"$ENV{ORACLE_HOME}/ready\"); close F; sleep 600;";

    [Fact]
    public void A_lease_on_sqlplus_holds_up_nobody_beyond_the_time()
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(Command.Exists("perl"), "needs perl");
        using var staged = new StagedInstance("SL1", uid: 64331, perl: Lease);
        var clock = Stopwatch.StartNew();

        OracleInstance instance = Assert.Single(OracleInstances.Read(new OracleOptions { Timeout = 2, Wanted = sid => sid == "SL1" }));

        Assert.InRange(clock.Elapsed.TotalSeconds, 2, 20);
        Assert.Equal("timed out after 2 s", instance.Status);
        Until(() => ProcessesOf(64331).SequenceEqual([staged.Pid]), "what was started is still there");
    }

    [Fact]
    public void It_is_stopped_in_the_middle_of_a_lease()
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(Command.Exists("perl"), "needs perl");
        using var staged = new StagedInstance("SL2", uid: 64332, perl: Lease);
        var start = new ProcessStartInfo(LinuxMemCommand.Words[0], [.. LinuxMemCommand.Words.Skip(1), "oracle", "--timeout", "600"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process command = Process.Start(start)!;
        try
        {
            Until(() => ProcessesOf(64332).Length > 1, "the asking did not begin");
            Thread.Sleep(300);
            var clock = Stopwatch.StartNew();
            Command.Run("kill", "-INT", command.Id.ToString(CultureInfo.InvariantCulture));

            Assert.True(command.WaitForExit(TimeSpan.FromSeconds(60)), "it did not end");
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
            Until(() => ProcessesOf(64332).SequenceEqual([staged.Pid]), "what was started is still there");
        }
        finally
        {
            command.Kill();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_cannot_be_killed_is_left_to_its_end(bool fromTheBeginning)
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(ControlGroups.Freezer() is not null, "needs the freezer of cgroup version 1, in which a process cannot be killed");
        using var group = new StagedControlGroup(ControlGroups.Freezer()!);
        using var staged = new StagedInstance("FZ1", uid: 64333, behaviour: "behaviour=hang");
        try
        {
            group.Add(staged.Pid);
            if (fromTheBeginning)
            {
                group.Write("freezer.state", "FROZEN");
            }

            using var freezer = new Timer(_ => { if (staged.WasRun) { group.Write("freezer.state", "FROZEN"); } }, null, 0, 50);
            var clock = Stopwatch.StartNew();
            OracleInstance instance = Assert.Single(OracleInstances.Read(new OracleOptions { Timeout = 2, Wanted = sid => sid == "FZ1" }));

            Assert.InRange(clock.Elapsed.TotalSeconds, 2, 20);
            Assert.Equal("timed out after 2 s; what was started is killed but does not end", instance.Status);

            // Ctrl+C, in the same place.
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            clock.Restart();
            Assert.Throws<OperationCanceledException>(() => OracleInstances.Read(new OracleOptions { Timeout = 600, Wanted = sid => sid == "FZ1", Cancellation = stop.Token }));
            Assert.InRange(clock.Elapsed.TotalSeconds, 1, 20);
        }
        finally
        {
            group.Write("freezer.state", "THAWED");
        }

        Until(() => ProcessesOf(64333).SequenceEqual([staged.Pid]), "what was started is still there");
        int[] children = [.. Directory.EnumerateDirectories("/proc/self/task").Select(task => Path.Combine(task, "children")).Where(File.Exists).SelectMany(file => File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
        Until(() => !children.Any(IsZombie), "the child was not reaped");
    }

    [Fact]
    public void A_fifo_or_a_folder_is_no_sqlplus()
    {
        Rights.RequireSetPriv();
        using var staged = new StagedInstance("FF1");
        File.Delete(staged.SqlPlus);
        Command.Run("mkfifo", "-m", "777", staged.SqlPlus);
        string fifo = Ask("FF1");
        File.Delete(staged.SqlPlus);
        Directory.CreateDirectory(staged.SqlPlus);

        Assert.Equal($"no sqlplus: {staged.SqlPlus}: it is not an ordinary file", fifo);
        Assert.Equal(fifo, Ask("FF1"));
    }

    [Theory]
    [InlineData("#!/linuxmem-none\n")]
    [InlineData("#!/bin/sh\nexec /linuxmem-none\n")]
    public void A_sqlplus_that_cannot_be_executed_is_told(string text)
    {
        Rights.RequireSetPriv();
        using var staged = new StagedInstance("NX1");
        File.WriteAllText(staged.SqlPlus, text);

        Assert.Equal($"no sqlplus: {staged.SqlPlus}: it could not be executed (exit status 127)", Ask("NX1"));
    }

    [Theory]
    [InlineData("--nofile=200:", "^Open$")]
    [InlineData("--nofile=200", "^(Open|not asked: its resource limits could not be taken: 'Max open files': .+)$")] // to raise a limit takes CAP_SYS_RESOURCE
    [InlineData("--nofile=90:", "^Open$")]
    public void With_few_descriptors_all_of_many_have_a_row(string limit, string status)
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(Command.Exists("prlimit"), "needs prlimit (util-linux)");

        JsonElement[] rows = AskForty("prlimit", limit);

        Assert.All(rows, row => Assert.Matches(status, row.GetProperty("status").GetString()));
    }

    [Fact]
    public void With_few_threads_all_of_many_have_a_row()
    {
        Rights.RequireSetPriv();
        string? mount = ControlGroups.OfVersion1("pids");
        Assert.SkipWhen(mount is null, "needs the pids controller of cgroup version 1");
        using var group = new StagedControlGroup(mount!);
        group.Write("pids.max", "60");

        JsonElement[] rows = AskForty("sh", "-c", $"echo $$ > {group.Folder}/cgroup.procs && exec \"$@\"", "sh");

        Assert.All(rows, row => Assert.Matches("^(Open|not asked: .+)$", row.GetProperty("status").GetString()));
        Assert.Contains(rows, row => row.GetProperty("status").GetString() == "Open");
    }

    /// <summary>Forty instances of one home, asked by the command run through other words.</summary>
    private static JsonElement[] AskForty(params string[] through)
    {
        using var home = new StagedInstance("FT00");
        var others = new List<Process>();
        try
        {
            for (int i = 1; i < 40; i++)
            {
                others.Add(Process.Start(new ProcessStartInfo("setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "-i", "ORACLE_HOME=" + home.Home, "bash", "-c", "exec -a \"$0\" cat", string.Create(CultureInfo.InvariantCulture, $"ora_pmon_FT{i:00}")]) { RedirectStandardInput = true })!);
            }

            Until(() => others.TrueForAll(process => File.ReadAllText($"/proc/{process.Id}/cmdline").StartsWith("ora_pmon_FT", StringComparison.Ordinal)), "a pmon process did not start");
            Outcome outcome = LinuxMemCommand.Start([.. through, .. LinuxMemCommand.Words, "oracle", "-o", "json"]);
            Assert.True(outcome.ExitCode == 0, $"{outcome.ExitCode}: {outcome.Error}");
            using var document = JsonDocument.Parse(outcome.Output);
            JsonElement[] rows = [.. document.RootElement.EnumerateArray().Where(row => row.GetProperty("sid").GetString()!.StartsWith("FT", StringComparison.Ordinal)).Select(row => row.Clone())];
            Assert.Equal(40, rows.Length);
            return rows;
        }
        finally
        {
            foreach (Process process in others)
            {
                process.Kill();
                Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)), "a pmon process did not end");
                process.Dispose();
            }
        }
    }

    private static string Ask(string name) => Assert.Single(OracleInstances.Read(new OracleOptions { Wanted = sid => sid == name })).Status;

    private static void Until(Func<bool> isSo, string otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), otherwise);
            Thread.Sleep(20);
        }
    }

    private static bool IsZombie(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int[] ProcessesOf(long uid) =>
        [.. ProcessTable.List(Machine.Open()).Processes.Where(process => process.RealUid == uid).Select(process => process.Id)];
}
