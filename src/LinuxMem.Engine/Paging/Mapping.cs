namespace LinuxMem.Engine.Paging;

/// <summary>How the page table entries of a mapping are counted.</summary>
internal enum MappingKind : byte
{
    /// <summary>Private memory or a private file mapping: every frame counts except the zero page.</summary>
    Private,

    /// <summary>
    /// A shared mapping. Its pages are never anonymous, so an entry without the file bit is not memory but, for
    /// example, a device's.
    /// </summary>
    Shared,

    /// <summary>
    /// A private mapping of a device or a special file: an entry without the file bit counts only if the frame is
    /// anonymous memory (copied on write).
    /// </summary>
    PrivateDevice,

    /// <summary>
    /// Not counted: a SysV segment (counted by shmid), or pages that the kernel maps into every process (vdso, vvar).
    /// </summary>
    Skipped,

    /// <summary>As <see cref="Private"/>; its file pages are those of a shared memory object.</summary>
    PrivateObject,

    /// <summary>As <see cref="Shared"/>; its pages are those of a shared memory object.</summary>
    SharedObject,
}

/// <summary>A range of addresses: one VMA, or several adjacent ones of the same kind.</summary>
internal struct Mapping
{
    public ulong Start;
    public ulong End;
    public MappingKind Kind;

    /// <summary>One more than the place of its object in <see cref="AddressSpace.Objects"/>; 0 for none.</summary>
    public int Object;

    /// <summary>Bytes from the start of its file to the start of the mapping.</summary>
    public ulong Offset;

    /// <summary>The frames of its object, where it is read by these (<see cref="IndexedReader"/>); else null.</summary>
    public Frames.ObjectPages? Pages;

    /// <summary>What it counts under in a report by mapping (<see cref="IMappingNaming"/>); 0 where none is made.</summary>
    public int Name;

    /// <summary>
    /// Pages mapped or swapped according to smaps, so that reading can stop when all are found; <see cref="Unknown"/>
    /// where smaps was not read.
    /// </summary>
    public ulong Populated;

    /// <summary>The value of <see cref="Populated"/> when it is not known.</summary>
    public const ulong Unknown = ulong.MaxValue;

    /// <summary>Which page of its file is at an address.</summary>
    public readonly ulong PageAt(ulong address, ulong pageSize) => (Offset + (address - Start)) / pageSize;
}
