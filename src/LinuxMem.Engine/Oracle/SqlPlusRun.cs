using System.Diagnostics;
using System.Globalization;
using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>How a run of sqlplus ended.</summary>
internal enum SqlPlusEnd
{
    /// <summary>It ended by itself.</summary>
    Ended,

    /// <summary>It was not started.</summary>
    NotStarted,

    /// <summary>It took too long and was killed.</summary>
    TimedOut,

    /// <summary>It printed too much and was killed.</summary>
    TooMuch,
}

/// <summary>One run of a home's <c>sqlplus</c>, bounded in time and in what it may print, that leaves no process behind which can be told to be its.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Output">What it printed on both outputs.</param>
/// <param name="Reason">Why it was not started.</param>
/// <param name="ExitStatus">Its exit status; null when it was killed.</param>
/// <param name="IsLeftBehind">True when a killed process has not ended, because the kernel holds it.</param>
internal sealed record SqlPlusRun(SqlPlusEnd End, string Output = "", string? Reason = null, int? ExitStatus = null, bool IsLeftBehind = false)
{
    /// <summary>Milliseconds between two checks for the child's end and for cancellation.</summary>
    private const int Interval = 20;

    /// <summary>Runs sqlplus in the context of an instance.</summary>
    /// <param name="pmon">The instance.</param>
    /// <param name="home">Its ORACLE_HOME, an absolute path.</param>
    /// <param name="owner">Whose rights it gets; null for those of this process.</param>
    /// <param name="self">The credentials of this process.</param>
    /// <param name="live">The kernel's own /proc.</param>
    /// <param name="input">Standard input, at most 4000 bytes.</param>
    /// <param name="timeout">The longest it may take.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static SqlPlusRun Run(PmonProcess pmon, string home, PmonOwner? owner, ProcessCredentials self, Machine live, byte[] input, TimeSpan timeout, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        string program = home + "/bin/sqlplus";
        var mark = new RunMark(owner?.Uid);
        (string[] words, string? refusal) = SqlPlusGate.CommandLine(
            program,
            ["-S", "-L", pmon.Kind == "asm" || pmon.Sid.StartsWith("+ASM", StringComparison.Ordinal) ? "/ as sysasm" : "/ as sysdba"],
            [
                "ORACLE_SID=" + pmon.Sid,
                "ORACLE_HOME=" + home,
                $"PATH={home}/bin:/usr/bin:/bin",
                $"LD_LIBRARY_PATH={home}/lib",
                "NLS_LANG=AMERICAN_AMERICA.AL32UTF8",
                "HOME=" + pmon.Environment.GetValueOrDefault("HOME", "/"),
                mark.Text,
            ],
            owner,
            self.BoundingSet);
        if (refusal is not null)
        {
            return new SqlPlusRun(SqlPlusEnd.NotStarted, Reason: refusal);
        }

        using Pipe? standardInput = Pipe.Create();
        using Pipe? output = Pipe.Create();
        using Pipe? error = Pipe.Create();

        // Non-blocking are this process's ends only; the child has the others.
        if (standardInput is null || output is null || error is null
            || !standardInput.WriteWithoutWaiting() || !output.ReadWithoutWaiting() || !error.ReadWithoutWaiting())
        {
            return new SqlPlusRun(SqlPlusEnd.NotStarted, Reason: SqlPlusGate.Describe(new SpawnResult(0, SpawnStep.Machine, Errno.EMFILE)));
        }

        SpawnResult start = PosixSpawn.Start(SqlPlusGate.Bytes(words)[0], SqlPlusGate.Bytes(words), (standardInput.ReadEnd, output.WriteEnd, error.WriteEnd));
        if (start.Failed != SpawnStep.None)
        {
            return new SqlPlusRun(SqlPlusEnd.NotStarted, Reason: SqlPlusGate.Describe(start));
        }

        var run = new SqlPlusRun(SqlPlusEnd.TimedOut);
        int? exitStatus = null;
        bool isEnded = false;
        try
        {
            standardInput.CloseReadEnd();
            output.CloseWriteEnd();
            error.CloseWriteEnd();
            run = new Child(start.Pid, standardInput, output, error, live, owner).Follow(program, input, clock, timeout, cancellation);
        }
        finally
        {
            // Closed first: looking for what was started needs descriptors.
            standardInput.Dispose();
            output.Dispose();
            error.Dispose();
            isEnded = SessionEnd.Of(live, start.Pid, mark, out exitStatus);
        }

        cancellation.ThrowIfCancellationRequested();
        return run with { ExitStatus = exitStatus, IsLeftBehind = !isEnded };
    }

    /// <summary>A child on its way through the gate and after.</summary>
    private sealed class Child(int pid, Pipe input, Pipe output, Pipe error, Machine live, PmonOwner? owner)
    {
        private readonly BoundedOutput first = new(output);
        private readonly BoundedOutput second = new(error);

        public SqlPlusRun Follow(string program, byte[] question, Stopwatch clock, TimeSpan timeout, CancellationToken cancellation)
        {
            string login = owner?.LoginUid is long wanted && ProcessValue.LoginUid(live, pid) != wanted ? wanted.ToString(CultureInfo.InvariantCulture) : SqlPlusGate.Stay;
            _ = input.TryFill(Encoding.ASCII.GetBytes(login + "\n"));
            bool isThrough = false;
            while (!cancellation.IsCancellationRequested)
            {
                // All it printed is in the pipes by now. Others may hold the pipes open; they are not waited for.
                bool ended = Waitid.HasEnded(pid);
                first.Read();
                second.Read();
                if (first.IsTooMuch || second.IsTooMuch)
                {
                    return new SqlPlusRun(SqlPlusEnd.TooMuch);
                }

                if (!isThrough && !ended && first.Text.StartsWith(SqlPlusGate.Waiting + "\n", StringComparison.Ordinal))
                {
                    if ((owner is null ? OwnersPlace.Check(live, pid) : OwnersPlace.Take(live, pid, owner)) is string refusal)
                    {
                        return new SqlPlusRun(SqlPlusEnd.NotStarted, Reason: refusal);
                    }

                    isThrough = true;
                    if (clock.Elapsed < timeout && !cancellation.IsCancellationRequested)
                    {
                        // A failed write means that the child has ended, which the next check finds.
                        _ = input.TryFill([.. Encoding.ASCII.GetBytes(SqlPlusGate.Go), .. question]);
                        input.CloseWriteEnd();
                    }
                }

                if (ended)
                {
                    return Ended(program, isThrough);
                }

                if (clock.Elapsed >= timeout)
                {
                    break;
                }

                Pipe.Wait(first.Source, second.Source, Interval);
            }

            return new SqlPlusRun(SqlPlusEnd.TimedOut);
        }

        private SqlPlusRun Ended(string program, bool isThrough)
        {
            string[] printed = first.Text.Split('\n', 3);
            return !isThrough ? new SqlPlusRun(SqlPlusEnd.NotStarted, Reason: SqlPlusGate.DescribeEnd(second.Text))
                : printed is [_, SqlPlusGate.Started, string answer] ? new SqlPlusRun(SqlPlusEnd.Ended, answer + "\n" + second.Text)
                : new SqlPlusRun(SqlPlusEnd.NotStarted, Reason: SqlPlusGate.Describe(printed.ElementAtOrDefault(1) ?? string.Empty, program, second.Text));
        }
    }
}
