namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/swaps</c> (proc_swaps(5)): the swap areas in use.</summary>
internal static class SwapsFile
{
    /// <summary>How many there are; 0 where the file is missing.</summary>
    public static ulong CountAreas(ProcTree root)
    {
        byte[] buffer = new byte[4096];
        int n = root.ReadAll("swaps\0"u8, ref buffer);
        return n > 0 ? CountAreas(buffer.AsSpan(0, n)) : 0;
    }

    /// <summary>How many the text of the file has: a line each, below the heading.</summary>
    public static ulong CountAreas(ReadOnlySpan<byte> text)
    {
        ulong lines = 0;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            lines += line.IsEmpty ? 0UL : 1;
        }

        return lines > 0 ? lines - 1 : 0;
    }
}
