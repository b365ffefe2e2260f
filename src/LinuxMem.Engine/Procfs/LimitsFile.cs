using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>The limits in <c>/proc/PID/limits</c> (proc_pid_limits(5)), indexed by the resource numbers of getrlimit(2).</summary>
internal static class LimitsFile
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

    /// <summary>How many more files this process may open; null when there is no limit or it cannot be read.</summary>
    public static long? FreeDescriptors()
    {
        byte[] buffer = new byte[4096];
        int n = ProcFile.ReadWhole(FileDescriptor.WorkingDirectory.Open("/proc/self/limits\0"u8), ref buffer);
        if (n <= 0 || OpenFiles(buffer.AsSpan(0, n)) is not long limit)
        {
            return null;
        }

        // Folders take descriptors too; the two that this listing itself uses are free again afterwards.
        using FileDescriptor open = FileDescriptor.WorkingDirectory.OpenPlace("/proc/self/fd\0"u8);
        return open.IsOpen && Readdir.Count(open) is int count ? Math.Max(0, limit - count + 2) : null;
    }

    /// <summary>All limits; null when one is missing or not a number.</summary>
    public static ResourceLimit[]? Parse(ReadOnlySpan<byte> text)
    {
        ResourceLimit?[] limits = ParseKnown(text);
        return Array.TrueForAll(limits, limit => limit is not null) ? Array.ConvertAll(limits, limit => limit!.Value) : null;
    }

    /// <summary>The soft limit of open files; null when there is none.</summary>
    public static long? OpenFiles(ReadOnlySpan<byte> text) =>
        ParseKnown(text)[Prlimit.RLIMIT_NOFILE] is { Soft: <= long.MaxValue } limit ? (long)limit.Soft : null;

    /// <summary>The name in the file of the resource with that number.</summary>
    public static string NameOf(int number) => Names[number];

    /// <summary>Those limits that are numbers, or unlimited; of a line that stands twice the first.</summary>
    private static ResourceLimit?[] ParseKnown(ReadOnlySpan<byte> text)
    {
        var limits = new ResourceLimit?[Names.Length];
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            for (int i = 0; i < Names.Length; i++)
            {
                if (limits[i] is null && line.Length > Names[i].Length && line[Names[i].Length] == ' ' && System.Text.Ascii.Equals(line[..Names[i].Length], Names[i]))
                {
                    var fields = new FieldReader(line[Names[i].Length..]);
                    limits[i] = TryLimit(ref fields, out ulong soft) && TryLimit(ref fields, out ulong hard) ? new ResourceLimit(soft, hard) : null;
                }
            }
        }

        return limits;
    }

    private static bool TryLimit(ref FieldReader fields, out ulong limit)
    {
        ReadOnlySpan<byte> field = fields.Next();
        limit = ResourceLimit.None;
        return field.SequenceEqual("unlimited"u8)
            || (System.Buffers.Text.Utf8Parser.TryParse(field, out limit, out int used) && used == field.Length && used > 0);
    }
}
