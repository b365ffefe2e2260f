namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The sizes in the lines that follow a mapping in <c>/proc/PID/smaps</c> (proc_pid_smaps(5)), in bytes.
/// </summary>
internal struct SmapsFile
{
    /// <summary><c>Rss</c> and the two hugetlb lines: everything the page tables map.</summary>
    public ulong Resident;

    /// <summary><c>Swap</c>.</summary>
    public ulong Swap;

    /// <summary><c>KernelPageSize</c>: the size of the pages that the mapping is made of.</summary>
    public ulong PageSize;

    /// <summary><c>ShmemPmdMapped</c>: shared memory mapped as huge pages.</summary>
    public ulong PmdMapped;

    /// <summary>Takes in a line; lines it does not need are passed over.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon < 3)
        {
            return;
        }

        ReadOnlySpan<byte> name = line[..colon];
        if (name.SequenceEqual("Rss"u8) || name.SequenceEqual("Shared_Hugetlb"u8) || name.SequenceEqual("Private_Hugetlb"u8))
        {
            Resident += Bytes(line[(colon + 1)..]);
        }
        else if (name.SequenceEqual("Swap"u8))
        {
            Swap += Bytes(line[(colon + 1)..]);
        }
        else if (name.SequenceEqual("KernelPageSize"u8))
        {
            PageSize = Bytes(line[(colon + 1)..]);
        }
        else if (name.SequenceEqual("ShmemPmdMapped"u8))
        {
            PmdMapped = Bytes(line[(colon + 1)..]);
        }
    }

    private static ulong Bytes(ReadOnlySpan<byte> text)
    {
        var fields = new FieldReader(text);
        return fields.TryNumber(out ulong kib) ? kib * 1024 : 0;
    }
}
