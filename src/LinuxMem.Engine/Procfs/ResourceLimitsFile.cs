using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// All limits in <c>/proc/PID/limits</c> (proc_pid_limits(5)), indexed by the resource numbers of getrlimit(2).
/// </summary>
internal static class ResourceLimitsFile
{
    private static readonly string[] Names =
    [
        "Max cpu time", "Max file size", "Max data size", "Max stack size", "Max core file size", "Max resident set", "Max processes",
        "Max open files", "Max locked memory", "Max address space", "Max file locks", "Max pending signals", "Max msgqueue size",
        "Max nice priority", "Max realtime priority", "Max realtime timeout",
    ];

    /// <summary>Reads the limits of a process; null when they cannot be read or one is missing.</summary>
    public static ResourceLimit[]? Read(ProcTree root, int pid)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[4096];
        int n = root.ReadWhole(ProcTree.ProcessPath(name, pid, "/limits"u8), ref buffer);
        return n > 0 ? Parse(buffer.AsSpan(0, n)) : null;
    }

    /// <summary>Parses the text of the file; null when a limit is missing or not a number.</summary>
    public static ResourceLimit[]? Parse(ReadOnlySpan<byte> text)
    {
        var limits = new ResourceLimit?[Names.Length];
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            for (int i = 0; i < Names.Length; i++)
            {
                if (limits[i] is null && line.Length > Names[i].Length && line[Names[i].Length] == ' ' && System.Text.Ascii.Equals(line[..Names[i].Length], Names[i]))
                {
                    var fields = new FieldReader(line[Names[i].Length..]);
                    if (!TryLimit(ref fields, out ulong soft) || !TryLimit(ref fields, out ulong hard))
                    {
                        return null;
                    }

                    limits[i] = new ResourceLimit(soft, hard);
                }
            }
        }

        return Array.TrueForAll(limits, limit => limit is not null) ? Array.ConvertAll(limits, limit => limit!.Value) : null;
    }

    /// <summary>The name in the file of the resource with that number.</summary>
    public static string NameOf(int number) => Names[number];

    private static bool TryLimit(ref FieldReader fields, out ulong limit)
    {
        ReadOnlySpan<byte> field = fields.Next();
        limit = ResourceLimit.None;
        return field.SequenceEqual("unlimited"u8)
            || (System.Buffers.Text.Utf8Parser.TryParse(field, out limit, out int used) && used == field.Length && used > 0);
    }
}
