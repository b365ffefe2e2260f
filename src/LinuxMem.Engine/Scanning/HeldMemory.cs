using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Scanning;

/// <summary>What a process holds beside the pages that it maps.</summary>
/// <param name="Segments">The SysV segments that it has attached and that are none of <paramref name="Objects"/>.</param>
/// <param name="Claims">Those that are objects, as its namespace and its mappings name them.</param>
/// <param name="Objects">The shared memory objects that it has mapped.</param>
/// <param name="Opened">Those that it has open, where they were asked for.</param>
/// <param name="PageTables">Bytes of its page tables; null when not known.</param>
internal sealed record HeldMemory(AttachedSegment[] Segments, AttachedSegment[] Claims, SharedObject[] Objects, SharedObject[] Opened, long? PageTables)
{
    /// <summary>How often it maps what, where a report is made by mapping.</summary>
    public MappingUse[] Uses { get; init; } = [];

    /// <summary>Of a process that has not been read.</summary>
    public static HeldMemory None { get; } = new([], [], [], [], null);
}
