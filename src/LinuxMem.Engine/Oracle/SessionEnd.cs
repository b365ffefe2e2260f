using System.Diagnostics;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Oracle;

/// <summary>Ends a child that leads a session, and everything it has started.</summary>
internal static class SessionEnd
{
    /// <summary>How often to look again for processes started meanwhile.</summary>
    private const int Rounds = 20;

    /// <summary>How long to wait for killed processes to end. A frozen one, or one that waits for a dead disk, is then left behind.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Kills the child's process group, its session and its descendants, and reaps the child last: until then its pid, which
    /// names group and session, cannot be reused.
    /// </summary>
    /// <param name="live">The kernel's own /proc.</param>
    /// <param name="child">The child.</param>
    /// <param name="exitStatus">The child's exit status; null when a signal ended it, or it has not ended.</param>
    /// <returns>False when a killed process has not ended yet; a thread then waits for the child.</returns>
    public static bool Of(Machine live, int child, out int? exitStatus)
    {
        var clock = Stopwatch.StartNew();
        HashSet<int> known = [child];
        bool isAlone = false;
        for (int round = 0; clock.Elapsed < Timeout; round++)
        {
            // Descendants are found before their parents die, because orphans get another parent.
            List<(int Pid, ulong Start)>? found = Find(live, known);
            Kill.Group(child);
            if (found is { Count: 0 } && round > 0)
            {
                isAlone = true;
                break;
            }

            foreach ((int pid, ulong start) in found ?? [])
            {
                known.Add(pid);
                Kill.Process(pid, () => Read(live, pid) is (_, _, ulong now, _) && now == start);
            }

            if (round > 0)
            {
                Thread.Sleep(round < Rounds ? 1 : 20);
            }
        }

        Kill.Group(child);
        exitStatus = null;
        do
        {
            if (Waitid.TryReap(child, out exitStatus))
            {
                return isAlone;
            }

            Thread.Sleep(5);
        }
        while (clock.Elapsed < Timeout);

        // A thread reaps the child when it ends. If no thread can be started, it stays a zombie until this process ends.
        _ = WorkThread<bool>.TryStart("LinuxMem reaper", () =>
        {
            Waitid.Reap(child);
            return true;
        });
        return false;
    }

    /// <summary>The living processes of the session, and those whose parents are known; null when the processes could not be listed.</summary>
    private static List<(int Pid, ulong Start)>? Find(Machine live, HashSet<int> known)
    {
        int session = known.First();
        List<(int Pid, int Parent, int Session, ulong Start)> all = [];
        List<int> ids = live.ProcessIds();
        if (ids.Count == 0)
        {
            // At least this process is always listed, so an empty list means that no descriptor was free.
            return null;
        }

        // One that does not answer is another's, or ends when it is answered: it is killed with its group.
        ProcessInquiry.EachNumber(live, ids, Read, Add, default);

        void Add(int pid, (int Parent, int Session, ulong Start, bool Living)? read)
        {
            if (read is (int parent, int its, ulong start, true))
            {
                all.Add((pid, parent, its, start));
            }
        }

        var family = new HashSet<int>(known);
        bool grown = true;
        while (grown)
        {
            grown = false;
            foreach ((int pid, int parent, int its, _) in all)
            {
                grown |= (its == session || family.Contains(parent)) && family.Add(pid);
            }
        }

        return [.. all.Where(one => family.Contains(one.Pid) && (!known.Contains(one.Pid) || one.Session == session || known.Contains(one.Parent))).Select(one => (one.Pid, one.Start))];
    }

    private static (int Parent, int Session, ulong Start, bool Living)? Read(Machine live, int pid)
    {
        (int Parent, int Session, ulong Start, bool Living)? found = null;
        ProcessInquiry.EachNumber(live, [pid], Read, (_, read) => found = read, default);
        return found;
    }

    private static (int Parent, int Session, ulong Start, bool Living)? Read(in MachineFolder place)
    {
        byte[] buffer = new byte[1024];
        int n = place.IsOpen ? ProcFile.ReadRecord(place.Open("stat\0"u8), ref buffer) : -place.Error;
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat)
            ? (stat.ParentPid, stat.Session, stat.StartTicks, stat.State is not ('Z' or 'X'))
            : null;
    }
}
