namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The most bytes of the machine's own tables in a snapshot or copied tree, each above what any machine has: a text of a gibibyte would
/// be read again by each part of a report. What is longer is refused by name.
/// </summary>
internal static class TableBounds
{
    /// <summary>The bound of files that have no other.</summary>
    public const long Texts = 1L << 30;

    /// <summary>The bound of a file, for a sentence.</summary>
    public static string Describe(ReadOnlySpan<byte> name) => Of(name) switch
    {
        >= 1 << 30 and long most => $"{most >> 30} GiB",
        >= 1 << 20 and long most => $"{most >> 20} MiB",
        long most => $"{most >> 10} KiB",
    };

    /// <summary>The most bytes of a file.</summary>
    /// <param name="name">Its path below the tree, without a NUL.</param>
    public static long Of(ReadOnlySpan<byte> name) =>
        name.Length >= 10 && name[^10..].SequenceEqual("/mountinfo"u8) ? FileBounds.MountTexts

        // 131,072 segments (the kernel allows 32,768 by default) of 256 bytes a line; also those of other namespaces ("sysvipc/shm.NUMBER").
        : name.StartsWith("sysvipc/shm"u8) ? 32 << 20

        // A line a range; thousands on the largest machines.
        : name.SequenceEqual("iomem"u8) ? 16 << 20

        // With lines for each processor and interrupt.
        : name.SequenceEqual("zoneinfo"u8) || name.SequenceEqual("stat"u8) ? FileBounds.Texts
        : name.SequenceEqual("swaps"u8) ? FileBounds.Records

        // 200 lines of at most 60 bytes.
        : name.SequenceEqual("vmstat"u8) || name.SequenceEqual("meminfo"u8) ? 64 << 10
        : Texts;
}
