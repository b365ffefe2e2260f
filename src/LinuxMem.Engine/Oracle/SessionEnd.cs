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
    /// <summary>Times that are looked for what was started meanwhile.</summary>
    private const int Rounds = 20;

    /// <summary>What the kernel does not let go of within this time is left to it: a frozen process, or one in the middle of a call to a dead disk.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Kills the child's process group, its session and its descendants, and takes the child off the table. Until
    /// then its number, which names group and session, is nobody else's.
    /// </summary>
    /// <param name="live">The kernel's own /proc.</param>
    /// <param name="child">The child.</param>
    /// <param name="exitStatus">With what the child ended; null when a signal ended it, or it has not ended.</param>
    /// <returns>False when something of it does not end: it is killed, and a thread waits for the child's end.</returns>
    public static bool Of(Machine live, int child, out int? exitStatus)
    {
        var clock = Stopwatch.StartNew();
        HashSet<int> known = [child];
        bool isAlone = false;
        for (int round = 0; clock.Elapsed < Longest; round++)
        {
            // Descendants are looked up before their parents die: an orphan has another parent.
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
        while (clock.Elapsed < Longest);

        // Somebody still waits for its end, without keeping anybody. Without a thread it stays on the table of processes, ended,
        // until this process ends.
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
            // There is one at least, this one: the list could not be read for want of descriptors.
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
