using System.Globalization;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Shm;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// The Oracle instances of the machine, found by their pmon processes, and asked through the <c>sqlplus</c> of
/// their own homes with the rights of those processes.
/// </summary>
public static partial class OracleInstances
{
    /// <summary>How many are asked at once.</summary>
    private const int AtOnce = 32;

    /// <summary>Finds and asks them; largest SGA first.</summary>
    /// <exception cref="LinuxMemException">The folder is no /proc tree, or the time makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<OracleInstance> Read(OracleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Timeout is < 1 or > OracleOptions.LongestTimeout)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"The time to answer in is {options.Timeout} s; it must be from 1 to {OracleOptions.LongestTimeout} seconds."), options.Timeout);
        }

        ProcRoot root = ProcRoot.Open(options.ProcRoot, options.Cancellation);
        if (root.Snapshot?.Oracle is OracleInstance[] recorded)
        {
            return [.. recorded.Where(instance => options.Wanted?.Invoke(instance.Sid) ?? true)];
        }

        ProcessTable table = ProcessTable.List(root);
        List<PmonProcess> found = PmonProcess.Find(table);
        if (options.Wanted is Func<string, bool> wanted)
        {
            found.RemoveAll(pmon => !wanted(pmon.Sid));
        }

        if (found.Count == 0)
        {
            return [];
        }

        var answers = new (string Status, SqlPlusAnswer? Answer)[found.Count];
        int next = -1;

        // Each waits for a child most of the time: threads of their own, not those of the pool.
        var askers = new Thread[Math.Min(found.Count, AtOnce)];
        for (int i = 0; i < askers.Length; i++)
        {
            askers[i] = new Thread(() =>
            {
                for (int k = Interlocked.Increment(ref next); k < found.Count && !options.Cancellation.IsCancellationRequested; k = Interlocked.Increment(ref next))
                {
                    answers[k] = Ask(found[k], table.Root, options);
                }
            });
            askers[i].Start();
        }

        Array.ForEach(askers, asker => asker.Join());
        options.Cancellation.ThrowIfCancellationRequested();
        SegmentDevices devices = SegmentDevices.Of(table.Root);
        return [.. found.Select((pmon, i) => Describe(pmon, answers[i], table, devices))
            .OrderByDescending(instance => instance.Sga ?? -1).ThenBy(instance => instance.Sid, StringComparer.Ordinal).ThenBy(instance => instance.PmonPid)];
    }

    /// <summary>The instances' names and the ids of their pmon processes. None of them is asked.</summary>
    /// <exception cref="LinuxMemException">The folder is no /proc tree.</exception>
    public static IReadOnlyList<(string Sid, int PmonPid)> List(ProcRoot root) =>
        [.. PmonProcess.Find(ProcessTable.List(root)).Select(pmon => (pmon.Sid, pmon.Process.Id))];

    private static (string Status, SqlPlusAnswer? Answer) Ask(PmonProcess pmon, ProcRoot root, OracleOptions options)
    {
        if (pmon.Examine(root) is string refusal)
        {
            return (refusal, null);
        }

        SpawnUser owner = pmon.Owner!;
        ProcessCredentials? self = ProcessCredentials.Read(ProcRoot.Open(), Environment.ProcessId);
        if (self is null || !self.HasOneUser || (self.Uids[0] != 0 && self.Uids[0] != owner.Uid))
        {
            return ("not asked: it is another user's", null);
        }

        if (pmon.Home is not ['/', ..] home)
        {
            return ("not asked: its ORACLE_HOME is not known", null);
        }

        var query = new SqlPlusQuery();
        SqlPlusRun run;
        try
        {
            run = SqlPlusRun.Run(pmon, home, self.Uids[0] == 0 ? owner : null, query.Text, TimeSpan.FromSeconds(options.Timeout), options.Cancellation);
        }
        catch (OperationCanceledException)
        {
            return (string.Empty, null);
        }

        return run.End switch
        {
            SqlPlusEnd.NotStarted => (Describe(run.Start, home), null),
            SqlPlusEnd.TimedOut => (string.Create(CultureInfo.InvariantCulture, $"timed out after {options.Timeout} s"), null),
            SqlPlusEnd.TooMuch => ("output not understood: too long", null),
            _ when query.Parse(run.Output) is SqlPlusAnswer answer => (OracleInstance.Open, answer),
            _ when SqlPlusQuery.Error(run.Output) is string error => (error, null),
            _ => ("output not understood", null),
        };
    }

    private static string Describe(SpawnResult start, string home) => start switch
    {
        { Failed: SpawnStep.Program, Error: Errno.ENOENT or Errno.ENOTDIR } => $"no sqlplus: {home}/bin/sqlplus",
        { Failed: SpawnStep.Program } => $"no sqlplus: {home}/bin/sqlplus: {Errno.Describe(start.Error)}",
        { Failed: SpawnStep.Rights } => $"not asked: the rights of its owner could not be taken: {Errno.Describe(start.Error)}",
        _ => $"not asked: {Errno.Describe(start.Error)}",
    };

    private static OracleInstance Describe(PmonProcess pmon, (string Status, SqlPlusAnswer? Answer) outcome, ProcessTable table, SegmentDevices devices)
    {
        SqlPlusAnswer? answer = outcome.Answer;
        (long? size, string? hugePages) = answer is null ? Segments(pmon, table.Root, devices) : default;
        return new OracleInstance
        {
            Sid = pmon.Sid,
            Sga = answer?.Sga ?? size,
            Pga = answer?.Pga,
            Processes = answer?.Processes ?? CountProcesses(pmon, table),
            LargePages = answer is null ? hugePages : answer.LargePages,
            Status = outcome.Status,
            User = pmon.Process.User,
            Home = pmon.Home,
            Kind = pmon.Kind,
            PmonPid = pmon.Process.Id,
        };
    }

    /// <summary>The pmon's user's processes that are called as the instance's, or have its name in their environment.</summary>
    private static int CountProcesses(PmonProcess pmon, ProcessTable table)
    {
        long? uid = pmon.Process.Uid;
        string background = "_" + pmon.Sid;
        string server = "oracle" + pmon.Sid;
        return table.Processes.Count(process => process.Uid == uid
            && ((process.CommandLine is string line
                    && ((line.EndsWith(background, StringComparison.Ordinal) && Background().IsMatch(line.AsSpan(0, line.Length - background.Length)))
                        || line == server || line.StartsWith(server + " ", StringComparison.Ordinal)))
                || process.Variable("ORACLE_SID").Value == pmon.Sid));
    }

    [GeneratedRegex(@"\A(?:ora|asm|mdb|apx)_[A-Za-z0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Background();

    /// <summary>The size of the segments that the pmon process has attached, and whether their pages are huge.</summary>
    private static (long? Size, string? HugePages) Segments(PmonProcess pmon, ProcRoot root, SegmentDevices devices)
    {
        var space = new AddressSpace(devices, root.PageSize);
        byte[] name = new byte[32];
        using ProcFolder process = root.OpenPlace(ProcRoot.ProcessPath(name, pmon.Process.Id, ""u8));
        if (!process.IsOpen || space.Load(process, false, new byte[16384]) != 0 || space.Segments.Count == 0)
        {
            return default;
        }

        ulong ipc = IpcNamespace.Of(process);
        List<SysvShmFile>? known = ipc == 0 ? SysvShmFile.Read(root) : IpcNamespace.ReadSegments(root, ipc, pmon.Process.Id);
        long? size = null;
        foreach (SysvShmFile segment in known ?? [])
        {
            if (space.Segments.Exists(attached => attached.ShmId == segment.ShmId))
            {
                size = (size ?? 0) + Math.Min((long)segment.Size, long.MaxValue - (size ?? 0));
            }
        }

        bool isKnown = space.Segments.TrueForAll(attached => attached.PageSize != 0);
        bool isHuge = space.Segments.Exists(attached => attached.PageSize > root.PageSize);
        return (size, isHuge ? "True" : isKnown ? "False" : null);
    }
}
