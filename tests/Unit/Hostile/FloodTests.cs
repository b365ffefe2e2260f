using System.Diagnostics;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Threads;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>
/// Processes of which there is endlessly much to read, before the command as it is: it may take 96 MiB for its objects
/// (more ends it), and a minute.
/// </summary>
public class FloodTests(StagingGround ground) : StagedTests(ground)
{
    private const string MemoryAllowed = "DOTNET_GCHeapHardLimit=0x6000000";

    [Fact]
    public void Thousands_of_segments_of_a_process_with_an_endless_name_that_looks_like_an_instance()
    {
        const int Segments = 2000;
        using Workload flood = Ground.StartFlood($"segments {Segments} 50 8388608 ora_pmon_");

        Outcome outcome = Run("shm", "-o", "csv");

        Assert.Equal(0, outcome.ExitCode);
        Assert.InRange(outcome.Output.Split('\n').Length, Segments + 1, int.MaxValue);
        Assert.DoesNotContain("aaaaaaaa", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_command_lines_are_groups_of_their_own_and_take_no_memory()
    {
        using Workload flood = Ground.StartFlood("own-arguments 8000000 200 java");

        Outcome outcome = Run("groups", "--split-by", "CommandLine", "-m", "64", "-o", "csv");

        Assert.Equal(0, outcome.ExitCode);
        string[] names = [.. outcome.Output.Split("\r\n").Where(line => line.Contains(",javaaaa", StringComparison.Ordinal)).Select(line => line.Split(',')[1])];
        Assert.Equal(201, names.Length);
        Assert.Equal(201, names.Distinct().Count());
        Assert.All(names, name => Assert.InRange(name.Length, 64, 140));
    }

    [Fact]
    public void Endless_command_lines_that_are_the_same_are_one_group()
    {
        using Workload flood = Ground.StartFlood("arguments 8000000 100 java");

        Outcome outcome = Run("groups", "--split-by", "CommandLine", "-o", "csv");

        string line = Assert.Single(outcome.Output.Split("\r\n"), line => line.Contains(",javaaaa", StringComparison.Ordinal));
        Assert.Contains("),101,", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_as_long_as_execve_allows_take_no_memory_and_no_room_in_a_table()
    {
        using Workload flood = Ground.StartFlood("own-variable 127000 1000 FLOOD");

        Outcome outcome = Run("groups", "-e", "FLOOD", "-m", "64");

        Assert.Equal(0, outcome.ExitCode);
        string[] lines = outcome.Output.Split('\n');
        Assert.InRange(lines.Length, 1001, 1100);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 400));
    }

    [Fact]
    public void Lists_of_processes_have_so_much_of_each_text()
    {
        using Workload flood = Ground.StartFlood("own-arguments 4194304 100 java");

        Outcome outcome = Run("processes", "-l", "-o", "csv", "-f", "cmdline(java*)");

        Assert.Equal(0, outcome.ExitCode);
        string[] lines = outcome.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(101, lines.Length);
        Assert.Equal(101, lines.Distinct().Count());
        Assert.All(lines, line => Assert.InRange(line.Length, 128 << 10, 132 << 10));
    }

    [Fact]
    public void Descriptors_in_a_table_that_a_thousand_processes_share_are_looked_at_once()
    {
        using Workload flood = Ground.StartFlood("descriptors 19900 1000 shared");

        Outcome shared = Run("shared", "-o", "csv", "--name", "/memfd:flood*");
        Outcome groups = Run("groups", "--include-open-files", "-o", "csv", "--split-by", "Comm");

        Assert.Equal((0, 0), (shared.ExitCode, groups.ExitCode));
        // Who holds it, and who has it open.
        Assert.Equal((2 * 1001) - 1, Assert.Single(shared.Output.Split("\r\n"), line => line.Contains("memfd:flood", StringComparison.Ordinal)).Split(' ').Length);
        Assert.DoesNotContain("descriptors", shared.Error + groups.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Descriptors_in_a_thousand_tables_are_looked_at_until_it_is_enough_and_the_rest_is_named()
    {
        using Workload flood = Ground.StartFlood("descriptors 19900 1000 own");
        string snapshot = Ground.NewName("snapshot");

        // The command's own bound is on the time of all threads together: many threads come to it sooner.
        Outcome outcome = Run("groups", "--include-open-files", "-o", "csv", "--split-by", "Comm", "--threads", "24");
        // A snapshot is made by few threads, and would take all of that time.
        SnapshotResult taken = MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true, Deadlines = new Deadlines { DescriptorsOfOwner = TimeSpan.FromSeconds(1) } });

        Assert.Equal(0, outcome.ExitCode);
        Assert.All([outcome.Error, .. taken.Warnings], CutShort);

        static void CutShort(string said) =>
            Assert.Matches("Not all descriptors were looked at, because .*: process [0-9]+ \\(flood\\); .*; and [0-9]+ more", said);
    }

    [Fact]
    public void A_snapshot_says_where_an_environment_goes_on_behind_what_is_read()
    {
        using Workload flood = Ground.StartFlood("variables 9000000 0");
        string snapshot = Ground.NewName("snapshot");
        string filter = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"pid({flood.Pid})");
        Assert.Equal(0, Run("snapshot", "--skip-oracle", snapshot, "-f", filter).ExitCode);

        Outcome live = Run("groups", "-e", "BEHIND", "-f", filter);
        Outcome read = Run("groups", "-e", "BEHIND", "--proc-root", snapshot);

        Assert.All([live, read], outcome => Assert.Contains("BEHIND may be set where it is shown as (not set): the environment of", outcome.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void A_snapshot_takes_no_memory_for_endless_command_lines()
    {
        using Workload flood = Ground.StartFlood("own-arguments 8000000 40 java");
        string snapshot = Ground.NewName("snapshot");

        Outcome outcome = LinuxMemCommand.Start(["/usr/bin/env", "DOTNET_GCHeapHardLimit=0x1000000", .. LinuxMemCommand.Words, "snapshot", "--skip-oracle", snapshot, "-f", "comm(flood)"]);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Outcome read = Run("groups", "--split-by", "CommandLine", "-o", "csv", "--proc-root", snapshot);
        Assert.Equal(41, read.Output.Split("\r\n").Count(line => line.Contains(",javaaaa", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("own", 300)] // More than one user may cost.
    [InlineData("shared", 1000)]
    public void The_looking_at_descriptors_ends_when_it_is_cancelled(string kind, int children)
    {
        using Workload flood = Ground.StartFlood($"descriptors 19900 {children} {kind}");
        foreach (Action<CancellationToken> look in new Action<CancellationToken>[] { Groups, Objects })
        {
            using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));
            long started = Stopwatch.GetTimestamp();
            try
            {
                look(cancelled.Token);
            }
            catch (OperationCanceledException)
            {
            }

            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(0.7 + 10));
        }

        static void Groups(CancellationToken token)
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { IncludeOpenFiles = true, Threads = 2, Cancellation = token });
            scan.Run(scan.Table.Processes, [new UidSplit()]);
        }

        static void Objects(CancellationToken token) => SharedObjects.Read(new SharedMemoryOptions { Threads = 2, Cancellation = token });
    }

    [Theory]
    [InlineData("groups")]
    [InlineData("snapshot")]
    public void A_list_of_mappings_that_takes_hours_is_given_up_and_its_process_named(string command)
    {
        Ground.Require();
        string folder = Directory.CreateDirectory(Ground.NewName("deep")).FullName;
        string snapshot = Ground.NewName("snapshot");
        try
        {
            using Workload flood = Ground.StartFlood($"deep-mappings 4000 60000 {folder}");

            Outcome outcome = command == "groups" ? Run("groups", "-u") : Run("snapshot", "--skip-oracle", snapshot);

            Assert.Equal(0, outcome.ExitCode);
            Assert.Contains($"{flood.Pid} (flood): the list of its mappings is longer", outcome.Error, StringComparison.Ordinal);
        }
        finally
        {
            // Deeper than a path can be.
            Command.Run("rm", "-rf", folder);
            File.Delete(snapshot);
        }
    }

    private static Outcome Run(params string[] arguments) => LinuxMemCommand.Start(["/usr/bin/env", MemoryAllowed, .. LinuxMemCommand.Words, .. arguments]);
}
