namespace LinuxMem.Engine.Frames;

/// <summary>The totals of one group over its frames (or swap slots), counted in frames.</summary>
internal struct FrameTotals
{
    /// <summary>All frames of the group.</summary>
    public long Frames;

    /// <summary>Of these, the anonymous ones.</summary>
    public long Anonymous;

    /// <summary>Of these, the pages of shared memory objects. The rest, neither these nor anonymous, is page cache of files.</summary>
    public long Shared;

    /// <summary>Of the anonymous ones, those that no other group maps.</summary>
    public long UniqueAnonymous;

    /// <summary>Of all, the ones that no other group maps.</summary>
    public long Unique;

    /// <summary>Of the ones that no other group maps, those that are mapped elsewhere: by what is no group here.</summary>
    public long Elsewhere;

    /// <summary>The group's shares of frames that other groups map too, in units of 1/2^64 frame.</summary>
    public ShareSum Shares;

    public void Add(in FrameTotals other)
    {
        Frames += other.Frames;
        Anonymous += other.Anonymous;
        Shared += other.Shared;
        UniqueAnonymous += other.UniqueAnonymous;
        Unique += other.Unique;
        Elsewhere += other.Elsewhere;
        Shares = Shares.Plus(other.Shares);
    }
}

/// <summary>
/// A number of 64 bits before the point and 64 after it. Not <see cref="UInt128"/>: what has one of these is not compiled beforehand,
/// because how it is passed may change.
/// </summary>
internal readonly record struct ShareSum(ulong Whole, ulong Fraction)
{
    public ShareSum Plus(ShareSum other)
    {
        ulong fraction = unchecked(Fraction + other.Fraction);
        return new ShareSum(unchecked(Whole + other.Whole + (fraction < Fraction ? 1UL : 0)), fraction);
    }

    public ShareSum Times(ulong factor)
    {
        ulong carried = Math.BigMul(Fraction, factor, out ulong fraction);
        return new ShareSum(unchecked((Whole * factor) + carried), fraction);
    }
}
