namespace LinuxMem.Engine.Procfs;

/// <summary>One line of <c>/proc/sysvipc/shm</c> (proc_sysvipc_shm(5)): a SysV shared memory segment.</summary>
internal struct SysvShmFile
{
    private const ulong LargestSize = 1UL << 57;

    public int Key;
    public ulong ShmId;

    /// <summary>The size asked for, in bytes.</summary>
    public ulong Size;

    /// <summary>Bytes in memory.</summary>
    public ulong Resident;

    /// <summary>Bytes in swap.</summary>
    public ulong Swap;

    /// <summary>Reads the segments of a /proc tree; null where the kernel has no SysV shared memory.</summary>
    public static List<SysvShmFile>? Read(ProcRoot root)
    {
        byte[] buffer = new byte[16384];
        int n = root.ReadAll("sysvipc/shm\0"u8, ref buffer);
        return n >= 0 ? Parse(buffer.AsSpan(0, n)) : null;
    }

    /// <summary>Reads the text of the file; the columns are found by the names in its first line.</summary>
    public static List<SysvShmFile> Parse(ReadOnlySpan<byte> text)
    {
        var segments = new List<SysvShmFile>();
        if (!FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> heading))
        {
            return segments;
        }

        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            var names = new FieldReader(heading);
            var fields = new FieldReader(line);
            var segment = default(SysvShmFile);
            bool hasId = false;
            for (ReadOnlySpan<byte> name = names.Next(); !name.IsEmpty; name = names.Next())
            {
                if (!fields.TrySigned(out long value))
                {
                    break;
                }

                if (name.SequenceEqual("key"u8))
                {
                    segment.Key = unchecked((int)value);
                }
                else if (name.SequenceEqual("shmid"u8))
                {
                    segment.ShmId = (ulong)value;
                    hasId = true;
                }
                else if (name.SequenceEqual("size"u8))
                {
                    segment.Size = (ulong)value;
                }
                else if (name.SequenceEqual("rss"u8))
                {
                    segment.Resident = (ulong)value;
                }
                else if (name.SequenceEqual("swap"u8))
                {
                    segment.Swap = (ulong)value;
                }
            }

            // More than the largest address space is no size of a segment.
            if (hasId && segment.Size <= LargestSize && segment.Resident <= LargestSize && segment.Swap <= LargestSize)
            {
                segments.Add(segment);
            }
        }

        return segments;
    }
}
