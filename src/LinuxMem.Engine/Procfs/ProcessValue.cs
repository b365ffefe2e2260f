using System.Buffers.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// Files of a process that hold one value: <c>loginuid</c>, <c>oom_score_adj</c>, and the labels under <c>attr</c>
/// (proc(5)).
/// </summary>
internal static class ProcessValue
{
    /// <summary>
    /// The login uid (audit(8)); 4294967295 when it was never set; null when the kernel has no auditing.
    /// </summary>
    public static long? LoginUid(ProcTree root, int pid) => Number(root, pid, "/loginuid"u8);

    /// <summary>The adjustment of the OOM score, -1000 to 1000.</summary>
    public static long? OomScoreAdjustment(ProcTree root, int pid) => Number(root, pid, "/oom_score_adj"u8);

    /// <summary>
    /// The labels of the security modules (current, AppArmor, Smack), one a line; empty for a module that is not
    /// active.
    /// </summary>
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

        // EINVAL and ENOENT mean that no module labels processes. Any other error must not look like "no label".
        return n >= 0 ? SurrogateEscape.Decode(buffer.AsSpan(0, n)).TrimEnd('\n', '\0')
            : n is -Native.Errno.EINVAL or -Native.Errno.ENOENT ? string.Empty
            : Native.Errno.Describe(-n);
    }
}
