using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// A page map: an entry of eight bytes for every page of an address space, as <c>/proc/PID/pagemap</c> has
/// them. Safe for several threads.
/// </summary>
internal abstract class Pagemap : IDisposable
{
    /// <summary>Opens the page map of a process.</summary>
    /// <param name="process">The process's folder.</param>
    /// <param name="error">0, or the error number.</param>
    /// <returns>The map; null when it cannot be opened.</returns>
    public static Pagemap? Open(in MachineFolder process, out int error)
    {
        bool isSnapshot = process.Root.Snapshot is not null;
        FileDescriptor file = process.Open(isSnapshot ? "pagemap.runs\0"u8 : "pagemap\0"u8);
        error = file.IsOpen ? 0 : file.Error;
        return error != 0 ? null
            : isSnapshot ? RecordedPagemap.Open(file, process.Root.PageSize, out error)
            : new KernelPagemap(file);
    }

    /// <summary>Reads entries.</summary>
    /// <param name="buffer">Where they go; whole entries.</param>
    /// <param name="offset">Where the first of them stands in the map: eight times the number of its page.</param>
    /// <returns>The bytes read, or minus the error number.</returns>
    public abstract int Read(Span<byte> buffer, long offset);

    /// <summary>Finds populated regions: see <see cref="PagemapScan.Scan"/>.</summary>
    public abstract int Scan(ref PagemapScan.Arguments argument);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>The kernel's page map of a process, or a byte for byte copy of one.</summary>
internal sealed class KernelPagemap(FileDescriptor file) : Pagemap
{
    public override int Read(Span<byte> buffer, long offset) => file.ReadAt(buffer, offset);

    public override int Scan(ref PagemapScan.Arguments argument) => PagemapScan.Scan(file, ref argument);

    public override void Dispose() => file.Dispose();
}
