namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The sizes in the lines that follow a mapping in <c>/proc/PID/smaps</c> (proc_pid_smaps(5)), in bytes.
/// </summary>
internal struct SmapsFile
{
    /// <summary>More than any address space has; two of it are still a number.</summary>
    private const ulong Most = 1UL << 62;

    /// <summary><c>Rss</c> and the two hugetlb lines: everything the page tables map.</summary>
    public ulong Resident;

    /// <summary><c>Swap</c>.</summary>
    public ulong Swap;

    /// <summary><c>KernelPageSize</c>: the size of the pages that the mapping is made of; 0 for none that pages can have.</summary>
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
            Resident = Sum(Resident, Bytes(line[(colon + 1)..]));
        }
        else if (name.SequenceEqual("Swap"u8))
        {
            Swap = Sum(Swap, Bytes(line[(colon + 1)..]));
        }
        else if (name.SequenceEqual("KernelPageSize"u8))
        {
            ulong size = Bytes(line[(colon + 1)..]);
            PageSize = PageSizes.IsAny(size) ? size : 0;
        }
        else if (name.SequenceEqual("ShmemPmdMapped"u8))
        {
            PmdMapped = Bytes(line[(colon + 1)..]);
        }
    }

    private static ulong Bytes(ReadOnlySpan<byte> text)
    {
        var fields = new FieldReader(text);
        return fields.TryNumber(out ulong kib) && kib <= Most / 1024 ? kib * 1024 : 0;
    }

    /// <summary>A damaged copy may have a line often, and any number in it.</summary>
    private static ulong Sum(ulong one, ulong other) => Math.Min(one + other, Most);
}
