using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Unit.Oracle;

/// <summary>
/// Three processes called as those of an Oracle instance, with memory as it has it, of known sizes: a segment of 8 MiB, huge pages, files
/// in /dev/shm of 4 MiB of which 1 MiB is written, and 16 MiB of one's own in each but the monitor. It removes its files when it ends.
/// </summary>
internal sealed class StandInInstance : IDisposable
{
    public const long MiB = 1 << 20;

    private const string Script = """
        use IPC::SharedMem; $| = 1;
        my ($sid, $touched, $huge, $files, $server) = @ARGV;
        my (@segments, @names, @pids);
        sub segment {
            my ($size, $flags, $written, $step) = @_;
            my $one = IPC::SharedMem->new(0, $size, 0600 | $flags) or die "no segment: $!\n";
            $one->attach or die "not attached: $!\n";
            $one->remove;
            for (my $at = 0; $at < $written; $at += $step) { $one->write('x', $at, 1) }
            push @segments, $one;
        }
        segment(8 << 20, 0, $touched << 20, 4096);
        segment($huge << 21, 04000, ($huge - 1) << 21, 2 << 20) if $huge;
        for my $n (0 .. $files - 1) {
            my $name = "/dev/shm/ora_${sid}_12345_$n";
            open(my $file, '+>', $name) or die "no file: $!\n";
            push @names, $name;
            truncate($file, 4 << 20);
            syswrite($file, 'x' x (1 << 20));
            syscall(9, 0, 4 << 20, 3, 1, fileno($file), 0) > 0 or die "not mapped: $!\n";
        }
        pipe(my $ready, my $say);
        for my $name ("ora_dbw0_$sid", $server) {
            my $pid = fork;
            if (!$pid) {
                $0 = $name;
                my $mine = 'y' x ($touched * 0 + (16 << 20));
                syswrite($say, '!');
                sleep 600;
                exit;
            }
            push @pids, $pid;
        }
        sysread($ready, my $one, 1) for @pids;
        $0 = "ora_pmon_$sid";
        print "@pids\n";
        <STDIN>;
        unlink @names;
        kill 'KILL', @pids;
        waitpid($_, 0) for @pids;
        """;

    private readonly Process monitor;
    private readonly string[] files;

    public StandInInstance(string sid, int touched = 3, int hugePages = 0, int files = 0, IReadOnlyList<string>? through = null)
    {
        Assert.SkipUnless(Staging.Command.Exists("perl"), "Not tested: needs perl.");
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "Not tested: calls x86-64's mmap.");
        this.files = [.. Enumerable.Range(0, files).Select(number => $"/dev/shm/ora_{sid}_12345_{number}")];
        string[] words = [.. through ?? [], "perl", "-e", Script, sid, Text(touched), Text(hugePages), Text(files), $"oracle{sid} (LOCAL=NO)"];
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("ORACLE_SID");
        monitor = Process.Start(start)!;
        string? line = monitor.StandardOutput.ReadLine();
        if (line is null)
        {
            string said = monitor.StandardError.ReadToEnd();
            Dispose();
            Assert.Skip($"Not tested: the stand-in could not be made: {said}");
        }

        Pids = [monitor.Id, .. line.Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
    }

    /// <summary>The monitor, the writer, the server.</summary>
    public int[] Pids { get; } = [];

    /// <summary>The page tables of all of them, as the kernel tells.</summary>
    public long PageTables => Pids.Sum(pid => 1024 * long.Parse(File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("VmPTE:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    /// <summary>Ends it in good order.</summary>
    public void End()
    {
        if (!monitor.HasExited)
        {
            monitor.StandardInput.Close();
            if (!monitor.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                monitor.Kill(entireProcessTree: true);
                monitor.WaitForExit();
            }
        }
    }

    public void Dispose()
    {
        End();
        monitor.Dispose();
        Array.ForEach(files, File.Delete);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
