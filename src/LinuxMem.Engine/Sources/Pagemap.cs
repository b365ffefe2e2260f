using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// A page map: an entry of eight bytes for every page of an address space, as <c>/proc/PID/pagemap</c> has
/// them. Safe for several threads.
/// </summary>
internal abstract class Pagemap : IDisposable
{
    /// <summary>True where a scan for populated regions costs less than any reading, also where all is populated.</summary>
    public virtual bool ScansAtOnce => false;

    /// <summary>Reads entries.</summary>
    /// <param name="buffer">Where they go; whole entries.</param>
    /// <param name="offset">Where the first of them stands in the map: eight times the number of its page.</param>
    /// <returns>The bytes read, or minus the error number.</returns>
    public abstract int Read(Span<byte> buffer, long offset);

    /// <summary>Finds populated regions: see <see cref="PagemapScan.Scan"/>.</summary>
    /// <param name="argument">What is asked, with the address of <paramref name="regions"/> in it.</param>
    /// <param name="regions">Where the regions go; memory that does not move.</param>
    public abstract int Scan(ref PagemapScan.Arguments argument, Span<PagemapScan.Region> regions);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>The kernel's page map of a process, or a byte for byte copy of one.</summary>
internal sealed class KernelPagemap(FileDescriptor file) : Pagemap
{
    public override int Read(Span<byte> buffer, long offset) => file.ReadAt(buffer, offset);

    public override int Scan(ref PagemapScan.Arguments argument, Span<PagemapScan.Region> regions) => PagemapScan.Scan(file, ref argument);

    public override void Dispose() => file.Dispose();
}
