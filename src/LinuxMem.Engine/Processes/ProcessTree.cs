namespace LinuxMem.Engine.Processes;

/// <summary>
/// Who descends from whom in one listing. Kernel threads and zombies are part of it: a living process may
/// have one as its parent.
/// </summary>
public sealed class ProcessTree
{
    private readonly Dictionary<int, List<int>> children = [];
    private readonly Dictionary<int, IReadOnlySet<int>> descendants = [];

    internal ProcessTree(IEnumerable<(int Pid, int ParentPid)> edges)
    {
        foreach ((int pid, int parent) in edges)
        {
            if (!children.TryGetValue(parent, out List<int>? list))
            {
                children[parent] = list = [];
            }

            list.Add(pid);
        }
    }

    /// <summary>
    /// All processes below <paramref name="pid"/>, itself left out; computed once per listing and kept. Empty
    /// for a process without children and for a number that nobody has.
    /// </summary>
    public IReadOnlySet<int> Descendants(int pid)
    {
        lock (descendants)
        {
            if (descendants.TryGetValue(pid, out IReadOnlySet<int>? known))
            {
                return known;
            }

            var found = new HashSet<int>();
            var pending = new Stack<int>();
            pending.Push(pid);
            while (pending.TryPop(out int parent))
            {
                foreach (int child in children.GetValueOrDefault(parent, []))
                {
                    if (found.Add(child))
                    {
                        pending.Push(child);
                    }
                }
            }

            descendants[pid] = found;
            return found;
        }
    }
}
