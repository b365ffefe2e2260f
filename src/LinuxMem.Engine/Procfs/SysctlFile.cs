using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary>A file of <c>/proc/sys</c> that has one number (proc_sys(5)), such as <c>kernel/shmmax</c>.</summary>
internal static class SysctlFile
{
    /// <summary>Reads the number; null where there is no such file, or none in it.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="name">The file's name in it, such as <c>sys/kernel/shmmax</c>, ended by NUL.</param>
    public static long? Read(ProcTree root, ReadOnlySpan<byte> name)
    {
        byte[] buffer = new byte[64];
        int n = root.ReadRecord(name, ref buffer);
        return n > 0 ? Parse(buffer.AsSpan(0, n)) : null;
    }

    /// <summary>Parses the number. Those that mean "no limit" are larger than any size, and become the largest there is.</summary>
    public static long? Parse(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out ulong number, out int used) && text[used..].Trim(" \t\n"u8).IsEmpty ? (long)Math.Min(number, long.MaxValue) : null;
}
