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
    /// Kills the child's process group, its session, its descendants and all that bear its mark, and reaps the child last: until then its pid, which
    /// names group and session, cannot be reused.
    /// </summary>
    /// <param name="live">The kernel's own /proc.</param>
    /// <param name="child">The child.</param>
    /// <param name="mark">What was put into its environment; null for nothing.</param>
    /// <param name="exitStatus">The child's exit status; null when a signal ended it, or it has not ended.</param>
    /// <returns>False when a killed process has not ended yet; a thread then waits for the child.</returns>
    public static bool Of(Machine live, int child, RunMark? mark, out int? exitStatus)
    {
        var clock = Stopwatch.StartNew();
        ulong begun = Read(live, child)?.Start ?? 0;
        HashSet<int> known = [child];
        bool isAlone = false;
        for (int round = 0; clock.Elapsed < Timeout; round++)
        {
            // Descendants are found before their parents die, because orphans get another parent.
            List<(int Pid, ulong Start)>? found = Find(live, known, mark, begun);
            Kill.Group(child);
            if (found is { Count: 0 } && round > 0)
            {
                isAlone = true;
                break;
            }

            foreach ((int pid, ulong start) in found ?? [])
            {
                known.Add(pid);
                Kill.Process(pid, () => Read(live, pid) is One now && now.Start == start);
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

    /// <summary>The living processes of the session, those whose parents are known, and those with the mark; null when the processes could not be listed.</summary>
    private static List<(int Pid, ulong Start)>? Find(Machine live, HashSet<int> known, RunMark? mark, ulong begun)
    {
        int session = known.First();
        List<(int Pid, One Read)> all = [];
        List<int> ids = live.ProcessIds();
        if (ids.Count == 0)
        {
            // At least this process is always listed, so an empty list means that no descriptor was free.
            return null;
        }

        // One that does not answer is another's, or ends when it is answered: it is killed with its group.
        ProcessInquiry.EachNumber(live, ids, (in MachineFolder place) => Read(place, mark, begun), Add, default);

        void Add(int pid, One? read)
        {
            if (read is { IsLiving: true } one)
            {
                all.Add((pid, one));
            }
        }

        var family = new HashSet<int>(known);
        bool grown = true;
        while (grown)
        {
            grown = false;
            foreach ((int pid, One one) in all)
            {
                grown |= (one.Session == session || one.IsMarked || family.Contains(one.Parent)) && family.Add(pid);
            }
        }

        return [.. all.Where(one => family.Contains(one.Pid) && (!known.Contains(one.Pid) || one.Read.Session == session || one.Read.IsMarked || known.Contains(one.Read.Parent))).Select(one => (one.Pid, one.Read.Start))];
    }

    private static One? Read(Machine live, int pid)
    {
        One? found = null;
        ProcessInquiry.EachNumber(live, [pid], static (in MachineFolder place) => Read(place, null, 0), (_, read) => found = read, default);
        return found;
    }

    /// <summary>Reads a process; of those that are older than the child the environment is not looked at.</summary>
    private static One? Read(in MachineFolder place, RunMark? mark, ulong begun)
    {
        byte[] buffer = new byte[1024];
        int n = place.IsOpen ? ProcFile.ReadRecord(place.Open("stat\0"u8), ref buffer) : -place.Error;
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat)
            ? new One(stat.ParentPid, stat.Session, stat.StartTicks, stat.State is not ('Z' or 'X'), mark is not null && stat.StartTicks >= begun && mark.IsOn(place, stat.Pid))
            : null;
    }

    /// <summary>What is read of a process.</summary>
    private readonly record struct One(int Parent, int Session, ulong Start, bool IsLiving, bool IsMarked);
}
