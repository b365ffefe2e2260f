using System.Diagnostics;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Oracle;

/// <summary>How a run of sqlplus came out.</summary>
internal enum SqlPlusEnd
{
    /// <summary>It ended by itself.</summary>
    Ended,

    /// <summary>It was not started.</summary>
    NotStarted,

    /// <summary>It took too long and was killed.</summary>
    TimedOut,

    /// <summary>It printed more than any answer and was killed.</summary>
    TooMuch,
}

/// <summary>One run of a home's <c>sqlplus</c>, bounded in time and in what it may print, that leaves no process behind.</summary>
/// <param name="End">How it came out.</param>
/// <param name="Output">What it printed on both outputs.</param>
/// <param name="Start">What went wrong at the start.</param>
internal sealed record SqlPlusRun(SqlPlusEnd End, string Output, SpawnResult Start)
{
    /// <summary>Bytes of one output stream, above which it is no answer.</summary>
    private const int LongestOutput = 64 * 1024;

    /// <summary>Milliseconds between two looks at whether the child has ended or all is to be stopped.</summary>
    private const int Interval = 20;

    /// <summary>Runs sqlplus in the context of an instance.</summary>
    /// <param name="pmon">The instance.</param>
    /// <param name="home">Its ORACLE_HOME, an absolute path.</param>
    /// <param name="user">Whose rights to take; null for our own.</param>
    /// <param name="input">Standard input, at most 4096 bytes.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static SqlPlusRun Run(PmonProcess pmon, string home, SpawnUser? user, byte[] input, TimeSpan timeout, CancellationToken cancellation)
    {
        using Pipe? standardInput = Pipe.Create();
        using Pipe? output = Pipe.Create();
        using Pipe? error = Pipe.Create();
        if (standardInput is null || output is null || error is null || !standardInput.TryFill(input))
        {
            return new SqlPlusRun(SqlPlusEnd.NotStarted, string.Empty, new SpawnResult(0, SpawnStep.Machine, Errno.EMFILE));
        }

        var clock = Stopwatch.StartNew();
        SpawnResult start = PosixSpawn.Start(
            KernelText.Encode(home + "/bin/sqlplus"),
            [.. Texts("sqlplus", "-S", "-L", pmon.Kind == "asm" || pmon.Sid.StartsWith("+ASM", StringComparison.Ordinal) ? "/ as sysasm" : "/ as sysdba")],
            [.. Texts(
                "ORACLE_SID=" + pmon.Sid,
                "ORACLE_HOME=" + home,
                $"PATH={home}/bin:/usr/bin:/bin",
                $"LD_LIBRARY_PATH={home}/lib",
                "NLS_LANG=AMERICAN_AMERICA.AL32UTF8",
                "HOME=" + pmon.Environment.GetValueOrDefault("HOME", "/"))],
            (standardInput.ReadEnd, output.WriteEnd, error.WriteEnd),
            user);
        if (start.Failed != SpawnStep.None)
        {
            return new SqlPlusRun(SqlPlusEnd.NotStarted, string.Empty, start);
        }

        standardInput.Dispose();
        output.CloseWriteEnd();
        error.CloseWriteEnd();
        output.ReadWithoutWaiting();
        error.ReadWithoutWaiting();
        var first = new BoundedOutput(output);
        var second = new BoundedOutput(error);
        SqlPlusEnd end;
        try
        {
            end = Follow(start.Pid, first, second, clock, timeout, cancellation);
        }
        finally
        {
            SessionEnd.Of(start.Pid);
        }

        cancellation.ThrowIfCancellationRequested();
        return new SqlPlusRun(end, first.Text + "\n" + second.Text, start);
    }

    private static SqlPlusEnd Follow(int child, BoundedOutput first, BoundedOutput second, Stopwatch clock, TimeSpan timeout, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            // What it printed before its end is in the pipes by then. What others hold them open for is not waited for.
            bool ended = ProcessSignal.HasEnded(child);
            first.Read();
            second.Read();
            if (first.IsTooMuch || second.IsTooMuch)
            {
                return SqlPlusEnd.TooMuch;
            }

            if (ended)
            {
                return SqlPlusEnd.Ended;
            }

            if (clock.Elapsed >= timeout)
            {
                return SqlPlusEnd.TimedOut;
            }

            Pipe.Wait(first.Source, second.Source, Interval);
        }

        return SqlPlusEnd.TimedOut;
    }

    private static IEnumerable<byte[]> Texts(params string[] texts) => texts.Select(KernelText.Encode);

    /// <summary>What has been read of a stream.</summary>
    private sealed class BoundedOutput(Pipe pipe)
    {
        private readonly byte[] bytes = new byte[LongestOutput + 1];
        private int length;

        public Descriptor Source => pipe.ReadEnd;

        public bool IsTooMuch => length > LongestOutput;

        public string Text => KernelText.Decode(bytes.AsSpan(0, length));

        public void Read()
        {
            while (pipe.ReadEnd.IsOpen && !IsTooMuch)
            {
                int n = pipe.ReadEnd.Read(bytes.AsSpan(length));
                if (n == -Errno.EAGAIN)
                {
                    return;
                }

                if (n <= 0)
                {
                    pipe.CloseReadEnd();
                    return;
                }

                length += n;
            }
        }
    }
}
