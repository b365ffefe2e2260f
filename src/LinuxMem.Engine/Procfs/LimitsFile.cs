namespace LinuxMem.Engine.Procfs;

/// <summary>The line <c>Max open files</c> of <c>/proc/PID/limits</c> (proc_pid_limits(5)).</summary>
internal static class LimitsFile
{
    /// <summary>How many more files this process may open; null when there is no limit or it cannot be read.</summary>
    public static long? FreeDescriptors()
    {
        byte[] buffer = new byte[4096];
        int n = ProcFile.ReadWhole(Native.FileDescriptor.WorkingDirectory.Open("/proc/self/limits\0"u8), ref buffer);
        if (n <= 0 || Parse(buffer.AsSpan(0, n)) is not long limit)
        {
            return null;
        }

        // Folders take descriptors too; the two that this listing itself uses are free again afterwards.
        using Native.FileDescriptor open = Native.FileDescriptor.WorkingDirectory.OpenPlace("/proc/self/fd\0"u8);
        return open.IsOpen && Native.Readdir.Count(open) is int count ? Math.Max(0, limit - count + 2) : null;
    }

    /// <summary>The soft limit; null when there is none.</summary>
    public static long? Parse(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> name = "Max open files"u8;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (line.StartsWith(name))
            {
                return new FieldReader(line[name.Length..]).TryNumber(out ulong limit) && limit <= long.MaxValue ? (long)limit : null;
            }
        }

        return null;
    }
}
