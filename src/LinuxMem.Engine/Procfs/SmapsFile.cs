namespace LinuxMem.Engine.Procfs;

/// <summary>The sizes, in bytes, of one VMA in <c>/proc/PID/smaps</c> (proc_pid_smaps(5)).</summary>
internal struct SmapsFile
{
    /// <summary>A cap above every address space; the sum of two such values does not overflow.</summary>
    private const ulong MaxBytes = 1UL << 62;

    /// <summary><c>Rss</c> plus the two hugetlb lines: everything present in the page tables.</summary>
    public ulong Resident;

    /// <summary><c>Swap</c>.</summary>
    public ulong Swap;

    /// <summary><c>KernelPageSize</c>: the page size of the VMA; 0 when the file has no valid one.</summary>
    public ulong PageSize;

    /// <summary><c>ShmemPmdMapped</c>: shared memory mapped by transparent huge pages.</summary>
    public ulong PmdMapped;

    /// <summary>True for a line of the form <c>Name: …</c>, as all have that are not the mapping's own.</summary>
    public static bool IsFigure(ReadOnlySpan<byte> line) => line.Length > 0 && line[0] is >= (byte)'A' and <= (byte)'Z' && line.Contains((byte)':');

    /// <summary>Adds a line; lines that are not needed are ignored.</summary>
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
        return fields.TryNumber(out ulong kib) && kib <= MaxBytes / 1024 ? kib * 1024 : 0;
    }

    /// <summary>A capped sum: in a damaged copy a line may repeat, with any number.</summary>
    private static ulong Sum(ulong one, ulong other) => Math.Min(one + other, MaxBytes);
}
