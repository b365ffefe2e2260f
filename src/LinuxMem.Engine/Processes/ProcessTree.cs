using LinuxMem.Engine.Collections;

namespace LinuxMem.Engine.Processes;

/// <summary>
/// The parent-child relations of one listing. Includes kernel threads and zombies, because a process may have one as
/// its parent.
/// </summary>
public sealed class ProcessTree
{
    private readonly Dictionary<int, List<int>> children = [];
    private readonly Dictionary<int, IReadOnlySet<int>> descendants = [];

    internal ProcessTree(StructList<ProcessEdge> edges)
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
    /// All descendants of <paramref name="pid"/>, itself excluded; computed once and kept. Empty when it has none or
    /// does not exist.
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

/// <summary>A process and its parent, by their ids.</summary>
internal readonly record struct ProcessEdge(int Pid, int ParentPid);
