using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// The Oracle instances of the machine, found by their pmon processes, and asked through the <c>sqlplus</c> of
/// their own homes with the rights of those processes.
/// </summary>
public static class OracleInstances
{
    /// <summary>How many are asked at once.</summary>
    private const int AtOnce = 32;

    /// <summary>Descriptors that one query takes: three pipes, and the files of /proc read for it.</summary>
    private const int DescriptorsOfOne = 12;

    /// <summary>Descriptors kept free for everything else.</summary>
    private const int SpareDescriptors = 40;

    /// <summary>Added to the timeout of a query: the time to kill what it started.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    /// <summary>After a cancellation, how long to wait until all that was started is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);

    /// <summary>Finds and asks them; largest SGA first.</summary>
    /// <exception cref="LinuxMemException">The folder is no /proc tree, or the time makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal static IReadOnlyList<OracleInstance> Read(OracleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options.Timeout);
        using Machine root = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);
        if (RecordedInstances.Read(root) is OracleInstance[] recorded)
        {
            return [.. recorded.Where(instance => options.Wanted?.Invoke(instance.Sid) ?? true)];
        }

        var table = ProcessTable.List(root, Environment.ProcessorCount, options.Cancellation);
        List<PmonProcess> all = PmonProcess.Find(table, options.Cancellation);
        options.Unread?.Invoke(table.Unread);
        List<PmonProcess> found = all.FindAll(pmon => options.Wanted?.Invoke(pmon.Sid) ?? true);
        return found.Count == 0 ? [] : Read(table, found, InstanceProcesses.Find(table, all, options.Cancellation), _ => null, options);
    }

    /// <summary>Refuses a time that makes no sense.</summary>
    /// <exception cref="LinuxMemException">It does not.</exception>
    internal static void Check(int timeout)
    {
        if (timeout is < 1 or > OracleOptions.MaxTimeout)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"The time to answer in is {timeout} s; it must be from 1 to {OracleOptions.MaxTimeout} seconds."), timeout);
        }
    }

    /// <summary>Asks those that were found; largest SGA first.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="found">Their process monitors, one or more.</param>
    /// <param name="members">Their processes.</param>
    /// <param name="measured">What a scan has found of the memory of each; null for nothing.</param>
    /// <param name="options">How they are asked.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal static IReadOnlyList<OracleInstance> Read(ProcessTable table, List<PmonProcess> found, InstanceProcesses members, Func<PmonProcess, InstanceMemory?> measured, OracleOptions options)
    {
        Outcome?[] answers = options.WhyNotAsked is string why ? [.. found.Select(_ => new Outcome("not asked: " + why, null))] : Ask(table, found, options);
        options.Cancellation.ThrowIfCancellationRequested();
        ProcessTable.Load([.. found.Select(pmon => pmon.Process)], ProcessFacts.Owner | ProcessFacts.Cgroup, Environment.ProcessorCount, options.Cancellation);
        var reading = new SegmentReading(table.Root);
        return [.. found.Select((pmon, i) => Describe(pmon, answers[i] ?? new Outcome(string.Create(CultureInfo.InvariantCulture, $"timed out after {options.Timeout} s: what is read of its process does not answer"), null), members, measured(pmon), reading, table))
            .OrderByDescending(instance => instance.Sga ?? -1).ThenBy(instance => instance.Sid, StringComparer.Ordinal).ThenBy(instance => instance.PmonPid)];
    }

    /// <summary>The instances' names and the ids of their pmon processes. None of them is asked.</summary>
    /// <exception cref="LinuxMemException">The folder is no /proc tree.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<(string Sid, int PmonPid)> List(Machine root, CancellationToken cancellation = default) =>
        [.. PmonProcess.Find(ProcessTable.List(root, cancellation: cancellation), cancellation).Select(pmon => (pmon.Sid, pmon.Process.Id))];

    /// <summary>How many queries run at once: no more than there are descriptors for.</summary>
    private static int MaxAtOnce() =>
        (int)Math.Clamp(((LimitsFile.FreeDescriptors() ?? long.MaxValue) - SpareDescriptors) / DescriptorsOfOne, 1, AtOnce);

    private static Outcome?[] Ask(ProcessTable table, List<PmonProcess> found, OracleOptions options)
    {
        using Machine live = Machine.Open();
        var asking = new Asking<Outcome>(found.Count, i => Ask(found[i], table.Root, live, options));
        return asking.Run(MaxAtOnce(), TimeSpan.FromSeconds(options.Timeout) + Slack, Grace, options.Cancellation);
    }

    private static Outcome Ask(PmonProcess pmon, Machine root, Machine live, OracleOptions options)
    {
        try
        {
            return TryAsk(pmon, root, live, options);
        }
        catch (OperationCanceledException)
        {
            return new Outcome(string.Empty, null);
        }
        catch (Exception e) when (e is LinuxMemException or IOException or UnauthorizedAccessException)
        {
            return new Outcome("not asked: " + e.Message, null);
        }
    }

    private static Outcome TryAsk(PmonProcess pmon, Machine root, Machine live, OracleOptions options)
    {
        if (!ProcessInquiry.TryAsk(pmon.Process, () => pmon.Examine(root, live), out string? refusal))
        {
            return new Outcome("not asked: its pmon process does not answer", null);
        }

        if (refusal is not null)
        {
            return new Outcome(refusal, null);
        }

        PmonOwner owner = pmon.Owner!;
        ProcessCredentials? self = ProcessCredentials.Read(live, Environment.ProcessId);
        if (self is null || !self.HasOneUser || (self.Uids[0] != 0 && self.Uids[0] != owner.Uid))
        {
            return new Outcome("not asked: it is another user's", null);
        }

        bool isOurs = self.Uids[0] != 0;
        if (!isOurs && !Prctl.HasNoSecureBits())
        {
            return new Outcome("not asked: this process has securebits set, which its owner may not have", null);
        }

        if (pmon.Home is not ['/', ..] home)
        {
            return new Outcome("not asked: its ORACLE_HOME is not known", null);
        }

        var query = new SqlPlusQuery();
        SqlPlusRun run = SqlPlusRun.Run(pmon, home, isOurs ? null : owner, self, live, query.Text, TimeSpan.FromSeconds(options.Timeout), options.Cancellation);
        string left = run.IsLeftBehind ? "; what was started is killed but does not end" : string.Empty;
        return run.End switch
        {
            SqlPlusEnd.NotStarted => new Outcome(run.Reason + left, null),
            SqlPlusEnd.TimedOut => new Outcome(string.Create(CultureInfo.InvariantCulture, $"timed out after {options.Timeout} s{left}"), null),
            SqlPlusEnd.TooMuch => new Outcome("output not understood: too long" + left, null),
            _ when query.Parse(run.Output) is SqlPlusAnswer answer => new Outcome(OracleInstance.Open, answer),
            _ when SqlPlusQuery.Error(run.Output) is string error => new Outcome(error, null),

            // What a shell, env and the dynamic loader end with when a program cannot be executed.
            _ when run.ExitStatus is 126 or 127 => new Outcome(string.Create(CultureInfo.InvariantCulture, $"no sqlplus: {home}/bin/sqlplus: it could not be executed (exit status {run.ExitStatus})"), null),
            _ => new Outcome("output not understood", null),
        };
    }

    private static OracleInstance Describe(PmonProcess pmon, Outcome outcome, InstanceProcesses members, InstanceMemory? measured, SegmentReading reading, ProcessTable table)
    {
        SqlPlusAnswer? answer = outcome.Answer;
        (long? size, string? hugePages) = answer is null ? reading.Of(pmon) : default;
        IReadOnlyList<int> processes = members.Of(pmon);
        var instance = new OracleInstance
        {
            Sid = pmon.Sid,
            Sga = answer?.Sga ?? (measured is { Size: > 0 } ? measured.Size : size),
            Pga = answer?.Pga,
            Processes = answer?.Processes ?? processes.Count,
            LargePages = answer is null ? hugePages : answer.LargePages,
            Status = outcome.Status,
            User = pmon.Process.User,
            Home = pmon.Home,
            Kind = pmon.Kind,
            PmonPid = pmon.Process.Id,
            Origin = table.Origin,
        };
        instance.Take(pmon, members, memory: measured);
        return instance;
    }

    /// <summary>The ids of the processes of an instance in a listing; none when its pmon process is not there.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="sid">The instance's name.</param>
    /// <param name="pmonPid">The id of its pmon process.</param>
    /// <exception cref="OperationCanceledException">The command that made the listing was cancelled.</exception>
    public static IReadOnlyList<int> ProcessesOf(ProcessTable table, string sid, int pmonPid)
    {
        ArgumentNullException.ThrowIfNull(table);
        List<PmonProcess> all = PmonProcess.Find(table, table.Stopped);
        return all.Find(found => found.Process.Id == pmonPid && found.Sid == sid) is PmonProcess pmon ? InstanceProcesses.Find(table, all, table.Stopped).Of(pmon) : [];
    }

    /// <summary>The outcome of one query.</summary>
    /// <param name="Status">What <see cref="OracleInstance.Status"/> says.</param>
    /// <param name="Answer">What the instance says of itself; null when it has not answered.</param>
    private sealed record Outcome(string Status, SqlPlusAnswer? Answer);
}
