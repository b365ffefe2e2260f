using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>cgroup.procs</c> (cgroups(7)): the processes of a control group, a pid on each line.</summary>
internal static class CgroupProcsFile
{
    /// <summary>True when the process is listed; closes the file. The list of a group may be longer than any buffer.</summary>
    public static bool Lists(OpenedFile opened, int pid)
    {
        using OpenedFile file = opened;
        if (!file.IsOpen)
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(pid, digits, out int length);
        ReadOnlySpan<byte> wanted = digits[..length];
        var lines = new LineStream(file, new byte[4096]);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (line.SequenceEqual(wanted))
            {
                return true;
            }
        }

        return lines.Rest.SequenceEqual(wanted);
    }
}
