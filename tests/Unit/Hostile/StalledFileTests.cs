using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Html;
using LinuxMem.Engine.Reports.Metrics;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Files that whoever owns them can make wait: nothing waits for them past Ctrl+C.</summary>
[Collection(StagedCollection.Name)]
public sealed class StalledFileTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-stalled-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_snapshot_that_is_not_answered_for_is_not_waited_for()
    {
        using StalledMount mount = StalledMount.Make();
        AssertCancelled(cancellation => Machine.Open(Path.Combine(mount.Path, "x"), cancellation));
    }

    [Fact]
    public void A_folder_that_does_not_answer_takes_no_snapshot_and_is_not_waited_for()
    {
        Rights.RequireFrameNumbers();
        using StalledMount mount = StalledMount.Make();
        AssertCancelled(cancellation => MemSnapshot.Write(new SnapshotOptions { Path = Path.Combine(mount.Path, "x"), SkipOracle = true, Cancellation = cancellation }));
    }

    [Fact]
    public void A_folder_that_does_not_answer_takes_no_metrics_and_is_not_waited_for()
    {
        using StalledMount mount = StalledMount.Make();
        AssertCancelled(cancellation => MetricFile.Write(Path.Combine(mount.Path, "x.prom"), ["a 1"], cancellation));
    }

    [Fact]
    public void A_folder_that_does_not_answer_takes_no_report_and_is_not_waited_for()
    {
        using StalledMount mount = StalledMount.Make();
        string path = Path.Combine(mount.Path, "x.html");
        AssertCancelled(cancellation => HtmlReport.Verify(path, force: false, cancellation));
        var report = new HtmlReport();
        report.Note("a note");
        report.Add(PartColumns.All, _ => "x");
        AssertCancelled(cancellation => report.Write(path, force: false, cancellation));
    }

    [Fact]
    public async Task A_signal_ends_a_command_that_waits()
    {
        Rights.RequireFrameNumbers();

        // Each has a mount of its own; all wait at the same time.
        (string Signal, int Code, string Line)[] all =
        [
            ("INT", 130, "snapshot x --skip-oracle"),
            ("TERM", 143, "snapshot x --skip-oracle"),
            ("HUP", 129, "snapshot x --skip-oracle"),
            ("INT", 130, "groups --proc-root x"),
            ("INT", 130, "shm --proc-root x"),
        ];
        StalledMount[] mounts = new StalledMount[all.Length];
        try
        {
            for (int i = 0; i < all.Length; i++)
            {
                mounts[i] = StalledMount.Make();
            }

            await Task.WhenAll(all.Select((one, i) => Task.Run(() => AssertEnded(one.Signal, one.Code, one.Line, mounts[i]))));
        }
        finally
        {
            Array.ForEach(mounts, mount => mount?.Dispose());
        }
    }

    [Theory]
    [InlineData("linuxmem.json")]
    [InlineData("10/stat")]
    [InlineData("10/maps")]
    [InlineData("10/status")]
    public void A_fifo_in_a_copy_is_not_waited_for(string name)
    {
        foreach ((string file, string content) in new[] { ("10/stat", Tree.Stat(10)), ("10/maps", "10000-20000 rw-p 00000000 00:00 0 \n"), ("10/pagemap", string.Empty), ("10/status", "Uid:\t0\t0\t0\t0\n"), ("11/stat", Tree.Stat(11)), ("11/maps", string.Empty) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllText(Path.Combine(folder, file), content);
        }

        File.Delete(Path.Combine(folder, name));
        Command.Run("mkfifo", Path.Combine(folder, name));
        string written = Path.Combine(folder, name);

        var reading = new Thread(() =>
        {
            try
            {
                MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = folder, Threads = 1 });
                scan.Run(scan.Table.Processes, [new UidSplit()]);
            }
            catch (LinuxMemException)
            {
                // A sentence will do, too.
            }
        })
        { IsBackground = true };
        reading.Start();
        bool ended = reading.Join(Bound);
        if (!ended)
        {
            // Whoever waits for a writer has one.
            using FileStream release = new(written, FileMode.Open, FileAccess.Write);
        }

        Assert.True(ended, "it waits for somebody to write");
    }

    [Fact]
    public async Task A_lease_on_a_snapshot_is_not_waited_for()
    {
        Assert.SkipUnless(Command.Exists("perl"), "Not tested: there is no perl.");
        string file = Path.Combine(folder, "leased");
        File.WriteAllText(file, "x");
        const string Script = "$| = 1; $SIG{IO} = 'IGNORE'; open(F, '+<', $ARGV[0]) or die; fcntl(F, 1024, 1) or die; print \"ready\\n\"; sleep 100";
        using Process holder = Process.Start(new ProcessStartInfo("perl", ["-e", Script, file]) { RedirectStandardOutput = true })!;
        try
        {
            Assert.SkipUnless(holder.StandardOutput.ReadLine() == "ready", "Not tested: no lease can be had here.");

            Task<LinuxMemException> refusal = Task.Run(() => Assert.Throws<LinuxMemException>(() => Machine.Open(file)));
            AssertCancelled(cancellation => Machine.Open(file, cancellation));
            Assert.Contains("holds a lease on it", (await refusal).Message, StringComparison.Ordinal);
        }
        finally
        {
            holder.Kill();
            holder.WaitForExit();
        }
    }

    private static void AssertEnded(string signal, int code, string line, StalledMount mount)
    {
        string[] words = [.. LinuxMemCommand.Words, .. line.Split(' ').Select(word => word == "x" ? Path.Combine(mount.Path, "x") : word)];
        using Process command = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            Assert.True(SpinWait.SpinUntil(() => ProcessState.Waits(command.Id), Bound), $"{line}: it does not wait");
            Command.Run("kill", $"-{signal}", command.Id.ToString(CultureInfo.InvariantCulture));

            Assert.True(command.WaitForExit(Bound), $"{line}: it still waits after SIG{signal}");
            Assert.Equal((line, code), (line, command.ExitCode));
        }
        finally
        {
            command.Kill();
        }
    }

    /// <summary>Runs something that waits; it ends soon after it is cancelled.</summary>
    private static void AssertCancelled(Action<CancellationToken> call)
    {
        using var cancel = new CancellationTokenSource();
        Exception? outcome = null;
        var caller = new Thread(() => outcome = Record.Exception(() => call(cancel.Token))) { IsBackground = true };
        caller.Start();
        Assert.False(caller.Join(TimeSpan.FromSeconds(1)), $"it did not wait: {outcome}");
        cancel.Cancel();

        Assert.True(caller.Join(Bound), "it waits past its cancellation");
        Assert.IsType<OperationCanceledException>(outcome);
    }

    private static class Tree
    {
        public static string Stat(int pid) => $"{pid} (x) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 100 409600 10 1\n";
    }
}
