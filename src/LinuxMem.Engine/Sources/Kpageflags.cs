using System.Runtime.InteropServices;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary><c>/proc/kpageflags</c> (Documentation/admin-guide/mm/pagemap.rst): what the kernel knows of a frame.</summary>
/// <remarks>
/// Read only for the few frames whose page map entry does not tell enough. Safe for several threads, also for one that was left
/// behind and asks after it has been disposed.
/// </remarks>
internal sealed class Kpageflags : IDisposable
{
    /// <summary>The frame is anonymous memory.</summary>
    public const ulong Anonymous = 1UL << 12;

    /// <summary>The frame is a zero page, small or huge.</summary>
    public const ulong ZeroPage = 1UL << 24;

    private const ulong SwapBacked = 1UL << 14, CompoundHead = 1UL << 15, CompoundTail = 1UL << 16, Hugetlb = 1UL << 17;

    /// <summary>Flags have the form of page map entries. A snapshot keeps only those that were needed.</summary>
    private readonly Pagemap? map;
    private readonly UseCount uses;

    public Kpageflags(Machine machine)
    {
        map = machine.OpenKpageflags();
        uses = new UseCount(() => map?.Dispose());
    }

    /// <summary>True when the frame is a zero page, small or huge; false where the file cannot be read.</summary>
    public bool IsZeroPage(ulong frame) => (Of(frame) & ZeroPage) != 0;

    /// <summary>True when the frame is anonymous memory; false where the file cannot be read.</summary>
    public bool IsAnonymous(ulong frame) => (Of(frame) & Anonymous) != 0;

    /// <summary>
    /// What a block of frames is, if it is one transparent huge page or part of a larger one; null for anything else, huge pages of a
    /// pool among them, and where the file cannot be read. The kernel aligns what it joins, so two frames tell of all: where the one in
    /// the middle is joined to others before it, so is all before it.
    /// </summary>
    /// <param name="first">The first frame, a multiple of their number.</param>
    /// <param name="frames">How many frames.</param>
    public TransparentKind? Transparent(ulong first, ulong frames)
    {
        ulong flags = Of(first);
        return (flags & (CompoundHead | CompoundTail)) == 0 || (flags & (Hugetlb | ZeroPage)) != 0 || (Of(first + (frames / 2)) & CompoundTail) == 0 ? null
            : (flags & Anonymous) != 0 ? TransparentKind.Anonymous
            : (flags & SwapBacked) != 0 ? TransparentKind.Shared : TransparentKind.File;
    }

    public void Dispose() => uses.Leave();

    private ulong Of(ulong frame)
    {
        if (map is null || !uses.TryEnter())
        {
            return 0;
        }

        ulong flags = 0;
        bool isRead = map.Read(MemoryMarshal.AsBytes(new Span<ulong>(ref flags)), checked((long)frame * 8)) == 8;
        uses.Leave();
        return isRead ? flags : 0;
    }
}
