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
