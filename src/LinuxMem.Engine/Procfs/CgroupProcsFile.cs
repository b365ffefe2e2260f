using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>cgroup.procs</c> (cgroups(7)): the processes of a control group, a pid on each line.</summary>
internal static class CgroupProcsFile
{
    /// <summary>True when the process is listed.</summary>
    public static bool Lists(ReadOnlySpan<byte> text, int pid)
    {
        Span<byte> wanted = stackalloc byte[16];
        Utf8Formatter.TryFormat(pid, wanted, out int length);
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (line.SequenceEqual(wanted[..length]))
            {
                return true;
            }
        }

        return false;
    }
}
