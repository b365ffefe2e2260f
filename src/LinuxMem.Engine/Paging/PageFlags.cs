using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Paging;

/// <summary><c>/proc/kpageflags</c> (Documentation/admin-guide/mm/pagemap.rst): what the kernel knows of a frame.</summary>
/// <remarks>Asked only for the few frames whose page map entry leaves a doubt; safe for several threads.</remarks>
internal sealed class PageFlags : IDisposable
{
    private const ulong Anonymous = 1UL << 12;
    private const ulong ZeroPage = 1UL << 24;

    private readonly Descriptor file;

    public PageFlags(ProcRoot root) => file = root.Open("kpageflags\0"u8);

    /// <summary>True when the frame is a zero page, small or huge; false where the file cannot be read.</summary>
    public bool IsZeroPage(ulong frame) => (Of(frame) & ZeroPage) != 0;

    /// <summary>True when the frame is anonymous memory; false where the file cannot be read.</summary>
    public bool IsAnonymous(ulong frame) => (Of(frame) & Anonymous) != 0;

    public void Dispose() => file.Dispose();

    private ulong Of(ulong frame)
    {
        ulong flags = 0;
        return file.IsOpen && file.ReadAt(MemoryMarshal.AsBytes(new Span<ulong>(ref flags)), checked((long)frame * 8)) == 8 ? flags : 0;
    }
}
