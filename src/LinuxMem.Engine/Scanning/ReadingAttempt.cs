using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// One attempt to read a process, with its page map open: until the last thread that reads it has left it, also one that was
/// left behind.
/// </summary>
/// <param name="process">The process.</param>
/// <param name="pagemap">Its page map, which the last user closes.</param>
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

    /// <summary>True when it does not end with the thread that began it, which stays a user until its own part is read.</summary>
    public bool IsHandedOn { get; private set; }

    /// <summary>Who uses it: whoever began it, and each part that was handed on.</summary>
    public UseCount Uses { get; } = new(pagemap);

    public void HandOn() => IsHandedOn = true;

    /// <summary>Leaves it.</summary>
    public void Dispose() => Uses.Leave();
}
