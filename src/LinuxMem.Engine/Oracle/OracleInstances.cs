using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
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
    public static IReadOnlyList<OracleInstance> Read(OracleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Timeout is < 1 or > OracleOptions.MaxTimeout)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"The time to answer in is {options.Timeout} s; it must be from 1 to {OracleOptions.MaxTimeout} seconds."), options.Timeout);
        }

        using Machine root = Machine.Open(options.ProcRoot, options.Cancellation);
        if (RecordedInstances.Read(root) is OracleInstance[] recorded)
        {
            return [.. recorded.Where(instance => options.Wanted?.Invoke(instance.Sid) ?? true)];
        }

        var table = ProcessTable.List(root, Environment.ProcessorCount, options.Cancellation);
        List<PmonProcess> found = PmonProcess.Find(table, options.Cancellation);
        options.Unread?.Invoke(table.Unread);
        if (options.Wanted is Func<string, bool> wanted)
        {
            found.RemoveAll(pmon => !wanted(pmon.Sid));
        }

        if (found.Count == 0)
        {
            return [];
        }

        using Machine live = Machine.Open();
        var asking = new Asking<Outcome>(found.Count, i => Ask(found[i], table.Root, live, options));
        Outcome?[] answers = asking.Run(MaxAtOnce(), TimeSpan.FromSeconds(options.Timeout) + Slack, Grace, options.Cancellation);
        options.Cancellation.ThrowIfCancellationRequested();
        ReadWhatCounts(table, found, options.Cancellation);
        SegmentDevices devices = table.Root.FindSegmentDevices();
        InstanceProcesses members = InstanceProcesses.Find(table, options.Cancellation);
        return [.. found.Select((pmon, i) => Describe(pmon, answers[i] ?? new Outcome(string.Create(CultureInfo.InvariantCulture, $"timed out after {options.Timeout} s: what is read of its process does not answer"), null), table, members, devices))
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

    private static OracleInstance Describe(PmonProcess pmon, Outcome outcome, ProcessTable table, InstanceProcesses members, SegmentDevices devices)
    {
        SqlPlusAnswer? answer = outcome.Answer;
        (long? size, string? hugePages) = answer is null ? Segments(pmon, table.Root, devices) : default;
        return new OracleInstance
        {
            Sid = pmon.Sid,
            Sga = answer?.Sga ?? size,
            Pga = answer?.Pga,
            Processes = answer?.Processes ?? members.Of(pmon.Process.Uid, pmon.Sid).Count,
            LargePages = answer is null ? hugePages : answer.LargePages,
            Status = outcome.Status,
            User = pmon.Process.User,
            Home = pmon.Home,
            Kind = pmon.Kind,
            PmonPid = pmon.Process.Id,
            Origin = table.Origin,
        };
    }

    /// <summary>The ids of the processes of an instance in a listing; none when its pmon process is not there.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="sid">The instance's name.</param>
    /// <param name="pmonPid">The id of its pmon process.</param>
    /// <exception cref="OperationCanceledException">The command that made the listing was cancelled.</exception>
    public static IReadOnlyList<int> ProcessesOf(ProcessTable table, string sid, int pmonPid)
    {
        ArgumentNullException.ThrowIfNull(table);
        PmonProcess? pmon = PmonProcess.Find(table, table.Stopped).Find(found => found.Process.Id == pmonPid && found.Sid == sid);
        if (pmon is null)
        {
            return [];
        }

        ReadWhatCounts(table, [pmon], table.Stopped);
        return InstanceProcesses.Find(table, table.Stopped).Of(pmon.Process.Uid, sid);
    }

    /// <summary>Reads ahead what tells the processes of instances, beside their command lines.</summary>
    private static void ReadWhatCounts(ProcessTable table, List<PmonProcess> found, CancellationToken cancellation)
    {
        HashSet<long?> users = [.. found.Select(pmon => pmon.Process.Uid)];
        table.AskFor(["ORACLE_SID"]);
        ProcessTable.Load([.. table.Processes.Where(process => users.Contains(process.Uid))], ProcessFacts.Variables, Environment.ProcessorCount, cancellation);
    }

    /// <summary>The size of the segments that the pmon process has attached, and whether their pages are huge.</summary>
    private static (long? Size, string? HugePages) Segments(PmonProcess pmon, Machine root, SegmentDevices devices)
    {
        var space = new AddressSpace(devices, root.PageSize, null, root.Cancellation);
        if (!ProcessInquiry.TryAsk(pmon.Process, Load, out ulong? attachedIn) || attachedIn is not ulong ipc)
        {
            return default;
        }

        List<SysvShmFile>? known = ipc == 0 ? SysvShmFile.Read(root) : root.ReadSegments(ipc, pmon.Process.Id, pmon.Process.AddressSpaceThread);
        HashSet<ulong> attachedIds = [.. space.Segments.Select(attached => attached.ShmId)];
        long? size = null;
        foreach (SysvShmFile segment in known ?? [])
        {
            if (attachedIds.Contains(segment.ShmId))
            {
                size = (size ?? 0) + Math.Min((long)segment.Size, long.MaxValue - (size ?? 0));
            }
        }

        bool isKnown = space.Segments.TrueForAll(attached => attached.PageSize != 0);
        bool isHuge = space.Segments.Exists(attached => attached.PageSize > root.PageSize);
        return (size, isHuge ? "True" : isKnown ? "False" : null);

        ulong? Load()
        {
            byte[] name = new byte[32];
            using MachineFolder process = root.OpenPlace(Machine.ProcessPath(name, pmon.Process.Id, ""u8));
            return process.IsOpen && space.Load(process, false, new byte[16384]) == 0 && space.Segments.Count > 0 && IpcNamespace.TryRead(process, out ulong number) ? number : null;
        }
    }

    /// <summary>The outcome of one query.</summary>
    /// <param name="Status">What <see cref="OracleInstance.Status"/> says.</param>
    /// <param name="Answer">What the instance says of itself; null when it has not answered.</param>
    private sealed record Outcome(string Status, SqlPlusAnswer? Answer);
}
