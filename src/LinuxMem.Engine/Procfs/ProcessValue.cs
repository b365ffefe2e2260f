using System.Buffers.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary>Files of a process that hold one value: <c>loginuid</c>, <c>oom_score_adj</c>, and the labels under <c>attr</c> (proc(5)).</summary>
internal static class ProcessValue
{
    /// <summary>Whom the process's session was opened for (audit(8)); 4294967295 for nobody, null where the kernel has no auditing.</summary>
    public static long? LoginUid(ProcTree root, int pid) => Number(root, pid, "/loginuid"u8);

    /// <summary>What is added to the process's badness when memory runs out, -1000 to 1000.</summary>
    public static long? OomScoreAdjustment(ProcTree root, int pid) => Number(root, pid, "/oom_score_adj"u8);

    /// <summary>The labels that the security modules have given the process, each on a line; those of modules that are not there are empty.</summary>
    public static string Labels(ProcTree root, int pid) =>
        string.Join('\n', Text(root, pid, "/attr/current"u8), Text(root, pid, "/attr/apparmor/current"u8), Text(root, pid, "/attr/smack/current"u8));

    private static long? Number(ProcTree root, int pid, ReadOnlySpan<byte> file)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[64];
        int n = root.ReadRecord(ProcTree.ProcessPath(name, pid, file), ref buffer);
        return n > 0 && Utf8Parser.TryParse(buffer.AsSpan(0, n), out long value, out _) ? value : null;
    }

    private static string Text(ProcTree root, int pid, ReadOnlySpan<byte> file)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[4096];
        int n = root.ReadRecord(ProcTree.ProcessPath(name, pid, file), ref buffer);

        // EINVAL and ENOENT: no module that gives labels. Anything else is not the same as "none".
        return n >= 0 ? SurrogateEscape.Decode(buffer.AsSpan(0, n)).TrimEnd('\n', '\0')
            : n is -Native.Errno.EINVAL or -Native.Errno.ENOENT ? string.Empty
            : Native.Errno.Describe(-n);
    }
}
