namespace LinuxMem.Engine.Frames;

/// <summary>The figures of one group over its set of frames (or of swap slots), in frames.</summary>
internal struct FrameTotals
{
    /// <summary>All of the group.</summary>
    public long Frames;

    /// <summary>Of those, the anonymous ones.</summary>
    public long Anonymous;

    /// <summary>Of those, the ones that no other group has.</summary>
    public long Unique;

    /// <summary>The group's shares of the frames that other groups have too, in 1/2^64 of a frame.</summary>
    public UInt128 Shares;

    public void Add(in FrameTotals other)
    {
        Frames += other.Frames;
        Anonymous += other.Anonymous;
        Unique += other.Unique;
        Shares += other.Shares;
    }
}
