using System.Globalization;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>A system that gives no more threads (<c>pids.max</c>): every command ends with its answer or a sentence.</summary>
public class ThreadLimitTests(StagingGround ground) : StagedTests(ground)
{
    /// <summary>Limits from the first that .NET itself starts under; the last leave a thread or two.</summary>
    private const int Limits = 4;

    [Fact]
    public async Task Without_a_thread_to_be_had_every_command_ends_with_its_answer_or_a_sentence()
    {
        Ground.Require();
        string group = Path.Combine(ControlGroups.Pids(), $"linuxmem-test-{Guid.NewGuid():N}");
        var limited = new List<(int Limit, string Group)>();
        string[] snapshots = [];

        // Many processes and one in an IPC namespace of its own: whatever takes threads is done.
        var workloads = new List<Workload>();
        Directory.CreateDirectory(group);
        try
        {
            for (int i = 0; i < 80; i++)
            {
                workloads.Add(Ground.StartHostile("hold 1"));
            }

            int first = FirstLimit(group);
            limited.AddRange(Enumerable.Range(first, Limits).Select(limit => (limit, $"{group}-{limit}")));
            limited.ForEach(one => Directory.CreateDirectory(one.Group));
            snapshots = [.. limited.Select(_ => Ground.NewName("threads") + ".tar.gz")];
            await Task.WhenAll(limited.Zip(snapshots).Select(one => Task.Run(() => AssertAnswers(one.First.Group, one.First.Limit, one.Second))));
        }
        finally
        {
            workloads.ForEach(workload => workload.Dispose());
            Directory.Delete(group);
            limited.ForEach(one => Directory.Delete(one.Group));
            Array.ForEach(snapshots, File.Delete);
        }
    }

    private static void AssertAnswers(string group, int limit, string snapshot)
    {
        foreach (string command in new[] { "processes --list-only -t 8", "groups -t 8", "groups -u -t 8", "tmpfs", "shm", $"snapshot {snapshot} --force --skip-oracle" })
        {
            Outcome outcome = Run(group, limit, command);

            Assert.True(outcome.ExitCode is 0 or 1, $"pids.max {limit}, linuxmem {command}: {outcome.ExitCode}, {outcome.Error}");
            Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
            if (outcome.ExitCode == 1)
            {
                Assert.Contains("limit of processes", outcome.Error, StringComparison.Ordinal);
            }
        }
    }

    private static int FirstLimit(string group)
    {
        for (int limit = 4; limit < 40; limit++)
        {
            if (Run(group, limit, "--version").ExitCode == 0)
            {
                return limit;
            }
        }

        throw new InvalidOperationException("The command does not start in a group of 40 processes.");
    }

    private static Outcome Run(string group, int limit, string command)
    {
        File.WriteAllText(Path.Combine(group, "pids.max"), limit.ToString(CultureInfo.InvariantCulture));
        return LinuxMemCommand.Start(["sh", "-c", $"echo $$ > {group}/cgroup.procs; exec \"$@\"", "sh", .. LinuxMemCommand.Words, .. command.Split(' ')]);
    }
}
