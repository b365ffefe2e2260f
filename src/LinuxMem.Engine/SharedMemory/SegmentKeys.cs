using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>The segments that a process has attached, as it sees them.</summary>
internal sealed record ProcessClaims(MemProcess Process, AttachedSegment[] Claims);

/// <summary>A segment by its number and its pages.</summary>
internal readonly record struct SizedId(ulong ShmId, ulong PageSize)
{
    public override int GetHashCode() => KeyHash.Of(ShmId, PageSize);
}

/// <summary>Where a process has a segment attached.</summary>
internal readonly record struct Attachment(MemProcess Process, ulong Start)
{
    public override int GetHashCode() => KeyHash.Of(Start, (uint)Process.GetHashCode());
}

/// <summary>The file that was seen where a segment was attached; none where nothing is any more.</summary>
internal readonly record struct SegmentLook(FileUsage? File);

/// <summary>The file of a segment.</summary>
internal readonly record struct SegmentFile(FileIdentity Number, FileMark Mark)
{
    // Written out, as that of ObjectKey.
    public bool Equals(SegmentFile other) => Number.Equals(other.Number) && Mark.Equals(other.Mark);

    public override int GetHashCode() => KeyHash.Of(Number.Inode, Number.Minor, Mark.Handle, (ulong)Mark.Made);
}
