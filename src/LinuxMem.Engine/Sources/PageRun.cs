using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Sources;

/// <summary>How the entries of a run follow from its record.</summary>
internal enum PageRunKind : byte
{
    /// <summary>They are listed, one by one; an entry of 0 is a hole.</summary>
    Listed,

    /// <summary>All are the same (the zero page).</summary>
    Same,

    /// <summary>Each is 1 more than the one before: consecutive frames.</summary>
    Frames,

    /// <summary>Each is 1 slot more than the one before: consecutive swap slots.</summary>
    Slots,
}

/// <summary>
/// Pages that follow each other and that a snapshot's page map has entries for: one record of the file
/// <c>pagemap.runs</c>.
/// </summary>
/// <remarks>
/// The file, all numbers little-endian and of eight bytes: the word <c>PAGERUNS</c>, the number of records, the
/// number of listed entries; then the records (first page, <c>count | kind &lt;&lt; 56</c>, first entry or the place of
/// the first listed entry) by ascending page; then the listed entries. Entries keep only the bits that figures
/// come from: present, swapped, file, mapped once, and frame or slot.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct PageRun
{
    /// <summary>Bytes of the head of the file.</summary>
    public const int HeadSize = 24;

    /// <summary>Bytes of a record.</summary>
    public const int Size = 24;

    /// <summary><c>PAGERUNS</c>.</summary>
    public const ulong Magic = 0x534e555245474150;

    /// <summary>Pages, and numbers of pages, are below this.</summary>
    private const ulong Bound = 1UL << 56;

    private const int KindShift = 56;

    public ulong Page;
    public ulong CountAndKind;
    public ulong Value;

    public PageRun(ulong page, ulong count, PageRunKind kind, ulong value)
    {
        Page = page;
        CountAndKind = count | ((ulong)kind << KindShift);
        Value = value;
    }

    public readonly ulong Count => CountAndKind & (Bound - 1);

    public readonly PageRunKind Kind => (PageRunKind)(CountAndKind >> KindShift);

    /// <summary>The page behind the last one.</summary>
    public readonly ulong End => Page + Count;

    /// <summary>What one entry differs from the one before by.</summary>
    public readonly ulong Step => StepOf(Kind);

    /// <summary>False for a record that no writer makes.</summary>
    public readonly bool IsSound(ulong listed) =>
        Page < Bound && Count > 0 && Kind <= PageRunKind.Slots
        && (Kind != PageRunKind.Listed || (Value < listed && Count <= listed - Value));

    public static ulong StepOf(PageRunKind kind) => kind switch
    {
        PageRunKind.Frames => 1,
        PageRunKind.Slots => 1UL << PagemapEntry.SwapTypeBits,
        _ => 0,
    };
}
