namespace LinuxMem.Engine.Frames;

/// <summary>The header of a chunk. Its marks, then its bitmap, follow behind it.</summary>
internal unsafe struct CollectedChunk
{
    public long Key;

    /// <summary>Marks and bitmap of the file frames; null while there are none.</summary>
    public ulong* Files;

    /// <summary>The same of the frames of shared memory objects.</summary>
    public ulong* Objects;
}
