using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// How much memory this process may still take: the least of what the machine has available and what each control group
/// around the process leaves. Swap is left aside: a report that swaps changes what it measures.
/// </summary>
internal static class MemoryLeft
{
    /// <summary>The most folders searched for this process's group, where its path is not known.</summary>
    private const int MaxFolders = 4096;

    /// <summary>Bytes; null where neither the machine nor a group tells.</summary>
    /// <param name="top">The folder that everything is looked up in: the root folder, or another in a test.</param>
    /// <param name="pid">This process, as the lists of the groups have it.</param>
    public static long? Read(string top = "", int? pid = null)
    {
        long? least = Text($"{top}/proc/meminfo") is byte[] meminfo ? MeminfoFile.Parse(meminfo, "MemAvailable"u8) : null;
        if (Text($"{top}/proc/self/cgroup") is not byte[] groups)
        {
            return least;
        }

        foreach (MountInfoFile mount in MountInfoFile.Read(Open($"{top}/proc/self/mountinfo"), out _))
        {
            bool unified = mount.FileSystem == "cgroup2";
            if ((unified || (mount.FileSystem == "cgroup" && mount.SuperOptions.Split(',').Contains("memory")))
                && CgroupFile.PathOf(groups, unified ? default : "memory"u8) is string group)
            {
                string folder = top + mount.MountPoint.TrimEnd('/');
                string below = Below(mount.Root, group) ?? Search(folder, pid ?? Environment.ProcessId) ?? string.Empty;
                least = Least(least, Least(folder, below, unified));
            }
        }

        return least;
    }

    /// <summary>
    /// Where a group is below a mount, both named as the kernel names them: seen from the root of the cgroup namespace, with
    /// <c>/..</c> for each step out of it. Null where the names on the way are not told.
    /// </summary>
    internal static string? Below(string mountRoot, string group)
    {
        mountRoot = mountRoot.TrimEnd('/');
        group = group.TrimEnd('/');
        string? below = group == mountRoot ? string.Empty
            : group.StartsWith(mountRoot + "/", StringComparison.Ordinal) ? group[mountRoot.Length..]
            : null;
        return below is null || below.Split('/').Contains("..") ? null : below;
    }

    /// <summary>The least that a group and its ancestors leave, as far up as the mount shows them.</summary>
    private static long? Least(string folder, string below, bool unified)
    {
        long? least = null;
        for (; ; below = below[..below.LastIndexOf('/')])
        {
            least = Least(least, CgroupMemory.Left(name => Text($"{folder}{below}/{name}"), unified));
            if (below.Length == 0)
            {
                return least;
            }
        }
    }

    /// <summary>Looks for the group that lists this process.</summary>
    private static string? Search(string folder, int pid)
    {
        var waiting = new Queue<string>([string.Empty]);
        for (int looked = 0; looked < MaxFolders && waiting.TryDequeue(out string? below); looked++)
        {
            if (CgroupProcsFile.Lists(Open($"{folder}{below}/cgroup.procs"), pid))
            {
                return below;
            }

            try
            {
                foreach (string name in Directory.EnumerateDirectories(folder + below).Select(path => Path.GetFileName(path)!))
                {
                    waiting.Enqueue($"{below}/{name}");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A group that has been removed meanwhile, or one that may not be looked into.
            }
        }

        return null;
    }

    private static long? Least(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);

    private static byte[]? Text(string path)
    {
        byte[] buffer = new byte[4096];
        int n = ProcFile.ReadWhole(Open(path), ref buffer);
        return n >= 0 ? buffer[..n] : null;
    }

    private static FileDescriptor Open(string path) => FileDescriptor.WorkingDirectory.Open([.. SurrogateEscape.Encode(path), 0]);
}
