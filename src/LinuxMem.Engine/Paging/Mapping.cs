namespace LinuxMem.Engine.Paging;

/// <summary>How the entries of a mapping's page tables are to be understood.</summary>
internal enum MappingKind : byte
{
    /// <summary>Private memory or a private file mapping: every frame counts but the zero page.</summary>
    Private,

    /// <summary>
    /// A shared mapping: its memory is never anonymous, so an entry without the file bit is a frame that the
    /// kernel does not treat as memory (a device's).
    /// </summary>
    Shared,

    /// <summary>
    /// A private mapping of a device or a special file: an entry without the file bit counts only if the
    /// frame itself is anonymous memory (a copy on write).
    /// </summary>
    PrivateDevice,

    /// <summary>Not part of the figures: a SysV segment, or pages that the kernel lends to every process.</summary>
    Skipped,
}

/// <summary>A range of addresses that one or more neighbouring mappings (VMAs) of the same kind cover.</summary>
internal struct Mapping
{
    public ulong Start;
    public ulong End;
    public MappingKind Kind;

    /// <summary>
    /// Pages that the page tables hold according to smaps, so that reading can stop when all are found;
    /// <see cref="Unknown"/> where smaps was not read.
    /// </summary>
    public ulong Populated;

    /// <summary>The value of <see cref="Populated"/> when it is not known.</summary>
    public const ulong Unknown = ulong.MaxValue;
}
