using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The memory limits and usage of a control group: <c>memory.max</c>, <c>memory.high</c> and <c>memory.current</c>
/// (version 2, Documentation/admin-guide/cgroup-v2.rst), <c>memory.limit_in_bytes</c> and <c>memory.usage_in_bytes</c>
/// (version 1, cgroup-v1/memory.rst), and <c>memory.stat</c> of both.
/// </summary>
internal static class CgroupMemory
{
    /// <summary>Bytes that the group may still use; null when it has no limit.</summary>
    /// <param name="read">Reads a file of the group by its name; returns null when there is none.</param>
    /// <param name="unified">True for version 2.</param>
    public static long? Left(Func<string, byte[]?> read, bool unified)
    {
        byte[]? stat = read("memory.stat");

        // memory.high is not a hard limit, but beyond it the group is throttled heavily. hierarchical_memory_limit
        // (version 1) is the lowest limit of the group and all its ancestors, even those that a cgroup namespace hides.
        long? limit = unified
            ? Least(Number(read("memory.max")), Number(read("memory.high")))
            : Least(Number(read("memory.limit_in_bytes")), Bounded(Stat(stat, "hierarchical_memory_limit"u8)));
        if (limit is null)
        {
            return null;
        }

        // The inactive page cache is reclaimed before the limit is enforced.
        long used = Number(read(unified ? "memory.current" : "memory.usage_in_bytes")) ?? 0;
        long inactive = (unified ? null : Stat(stat, "total_inactive_file"u8)) ?? Stat(stat, "inactive_file"u8) ?? 0;
        return Math.Max(0, limit.Value - Math.Max(0, used - inactive));
    }

    /// <summary>
    /// Parses a file that holds one number; null for <c>max</c>, for version 1's "no limit", and for anything else.
    /// </summary>
    internal static long? Number(byte[]? text) =>
        text is not null && Utf8Parser.TryParse(text, out long number, out int used) && used > 0 && number >= 0 ? Bounded(number) : null;

    /// <summary>The value of a <c>memory.stat</c> line: name, space, number.</summary>
    private static long? Stat(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name))
            {
                return Utf8Parser.TryParse(line[(name.Length + 1)..], out long number, out _) && number >= 0 ? number : null;
            }
        }

        return null;
    }

    /// <summary>Version 1 writes "no limit" as the largest number of whole pages.</summary>
    private static long? Bounded(long? number) => number < 1L << 62 ? number : null;

    private static long? Least(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
