namespace LinuxMem.Engine.Sources;

/// <summary>What a transparent huge page has in it.</summary>
internal enum TransparentKind
{
    /// <summary>Anonymous memory.</summary>
    Anonymous,

    /// <summary>Shared memory: of tmpfs, memfd_create(2), shmget(2).</summary>
    Shared,

    /// <summary>Page cache of a file.</summary>
    File,
}
