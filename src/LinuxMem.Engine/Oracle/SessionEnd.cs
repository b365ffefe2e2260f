using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Oracle;

/// <summary>Ends a child that leads a session, and everything it has started.</summary>
internal static class SessionEnd
{
    /// <summary>Times that are looked for what was started meanwhile.</summary>
    private const int Rounds = 20;

    /// <summary>
    /// Kills the child's process group, its session and its descendants, and takes the child off the table. Until
    /// then its number, which names group and session, is nobody else's.
    /// </summary>
    public static void Of(int child)
    {
        using ProcRoot root = ProcRoot.Open();
        HashSet<int> known = [child];
        for (int round = 0; round < Rounds; round++)
        {
            // Descendants are looked up before their parents die: an orphan has another parent.
            List<(int Pid, ulong Start)> found = Find(root, known);
            ProcessSignal.KillGroup(child);
            if (found.Count == 0 && round > 0)
            {
                break;
            }

            foreach ((int pid, ulong start) in found)
            {
                known.Add(pid);
                ProcessSignal.Kill(pid, () => Read(root, pid) is (_, _, ulong now, _) && now == start);
            }

            if (found.Count > 0 && round > 0)
            {
                Thread.Sleep(1);
            }
        }

        ProcessSignal.Reap(child);
    }

    /// <summary>The living processes of the session, and those whose parents are known.</summary>
    private static List<(int Pid, ulong Start)> Find(ProcRoot root, HashSet<int> known)
    {
        int session = known.First();
        List<(int Pid, int Parent, int Session, ulong Start)> all = [];
        foreach (int pid in root.ProcessIds())
        {
            if (Read(root, pid) is (int parent, int its, ulong start, bool living) && living)
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

    private static (int Parent, int Session, ulong Start, bool Living)? Read(ProcRoot root, int pid)
    {
        Span<byte> name = stackalloc byte[32];
        byte[] buffer = new byte[1024];
        int n = root.ReadRecord(ProcRoot.ProcessPath(name, pid, "/stat"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat)
            ? (stat.ParentPid, stat.Session, stat.StartTicks, stat.State is not ('Z' or 'X'))
            : null;
    }
}
