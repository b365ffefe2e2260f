using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary>One line of <c>/proc/PID/cgroup</c> (cgroups(7)): the process's control group in one hierarchy.</summary>
/// <param name="Controllers">The controllers as the line names them (<c>cpu,cpuacct</c>, <c>name=systemd</c>); empty
/// for version 2.</param>
/// <param name="Path">The control group, relative to the root of the hierarchy.</param>
internal sealed record CgroupPath(string Controllers, string Path)
{
    /// <summary>Reads the file of a process; null when it cannot be read or a line is malformed.</summary>
    public static IReadOnlyList<CgroupPath>? Read(ProcTree root, int pid)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[4096];
        int n = root.ReadWhole(ProcTree.ProcessPath(name, pid, "/cgroup"u8), ref buffer);

        // Without CONFIG_CGROUPS there is no such file.
        return n >= 0 ? Parse(buffer.AsSpan(0, n)) : n == -Native.Errno.ENOENT ? [] : null;
    }

    /// <summary>Parses the text of the file; null when a line is malformed.</summary>
    public static IReadOnlyList<CgroupPath>? Parse(ReadOnlySpan<byte> text)
    {
        var paths = new List<CgroupPath>();
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            int first = line.IndexOf((byte)':');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)':');
            if (second < 0)
            {
                return null;
            }

            paths.Add(new CgroupPath(SurrogateEscape.Decode(line.Slice(first + 1, second)), SurrogateEscape.Decode(line[(first + second + 2)..])));
        }

        return paths;
    }
}
