using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>One attempt to read a process, with its page map open.</summary>
/// <param name="process">The process.</param>
/// <param name="pagemap">Its page map, which is closed with the attempt.</param>
/// <param name="number">How often the reading has been begun before.</param>
/// <param name="scan">Whether the page map is read with <c>PAGEMAP_SCAN</c>.</param>
/// <param name="mayShare">Whether the process may still have shared its parent's address space (vfork(2)) when the map was opened.</param>
internal sealed class ReadingAttempt(MemProcess process, Pagemap pagemap, int number, bool scan, bool mayShare) : IDisposable
{
    public MemProcess Process { get; } = process;

    public Pagemap Pagemap { get; } = pagemap;

    public int Number { get; } = number;

    public bool Scan { get; } = scan;

    public bool MayShare { get; } = mayShare;

    /// <summary>True when it does not end with the thread that began it: who called <see cref="HandOn"/> closes it.</summary>
    public bool IsHandedOn { get; private set; }

    public void HandOn() => IsHandedOn = true;

    public void Dispose() => Pagemap.Dispose();
}
