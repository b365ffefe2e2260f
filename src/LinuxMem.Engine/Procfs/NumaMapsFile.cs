namespace LinuxMem.Engine.Procfs;

/// <summary>
/// A line of <c>/proc/PID/numa_maps</c> (proc_pid_numa_maps(5)): how many pages of a VMA are mapped, on whichever node. Kernels that
/// are built without NUMA have no such file.
/// </summary>
/// <param name="Start">The address at which the VMA begins.</param>
/// <param name="Resident">Bytes of it that are mapped; swapped pages are not counted.</param>
internal readonly record struct NumaMapsLine(ulong Start, ulong Resident)
{
    /// <summary>A cap above every address space.</summary>
    private const ulong MaxBytes = 1UL << 62;

    /// <summary>Parses a line; false when it has no address.</summary>
    /// <param name="text">The line, without its newline.</param>
    /// <param name="basePageSize">The size of a page where the line tells none, in bytes.</param>
    /// <param name="line">What it says.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, ulong basePageSize, out NumaMapsLine line)
    {
        line = default;
        var fields = new FieldReader(text);
        ReadOnlySpan<byte> first = fields.Next();
        if (!System.Buffers.Text.Utf8Parser.TryParse(first, out ulong start, out int used, 'x') || used != first.Length)
        {
            return false;
        }

        UInt128 pages = 0;
        ulong pageSize = basePageSize;

        // What follows the address is the policy; a name in "file=" is escaped, and cannot look like another field.
        for (ReadOnlySpan<byte> field = fields.Next(); !field.IsEmpty; field = fields.Next())
        {
            int equals = field.IndexOf((byte)'=');
            if (equals < 2 || !ProcessNumber(field[(equals + 1)..], out ulong number))
            {
                continue;
            }

            if (field[0] == (byte)'N' && field[1..equals].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
            {
                pages += number;
            }
            else if (field[..equals].SequenceEqual("kernelpagesize_kB"u8) && number is > 0 and <= 1 << 30)
            {
                pageSize = number * 1024;
            }
        }

        line = new NumaMapsLine(start, (ulong)UInt128.Min(MaxBytes, pages * pageSize));
        return true;
    }

    private static bool ProcessNumber(ReadOnlySpan<byte> text, out ulong number) =>
        System.Buffers.Text.Utf8Parser.TryParse(text, out number, out int used) && used == text.Length;
}
