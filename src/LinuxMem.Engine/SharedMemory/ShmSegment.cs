using System.Collections.ObjectModel;
using System.Globalization;

namespace LinuxMem;

/// <summary>A SysV shared memory segment (sysvipc(7)). What this user may not see is null.</summary>
public sealed class ShmSegment
{
    internal ShmSegment()
    {
    }

    /// <summary>The key it was made by; 0 for a private one, and for one that has been removed.</summary>
    public int Key { get; internal init; }

    /// <summary>Its number.</summary>
    public long ShmId { get; internal init; }

    /// <summary>The size asked for, in bytes.</summary>
    public long Size { get; internal init; }

    /// <summary>
    /// Bytes in memory. Null where the kernel's figure may be a multiple of it (segments of huge pages since
    /// Linux 6.7) and the size of the pages, which would tell, cannot be seen.
    /// </summary>
    public long? Rss { get; internal init; }

    /// <summary>How many base pages (of 4 KiB on most machines) are in memory; null when the size of its pages is not known.</summary>
    public long? Pages4k { get; internal init; }

    /// <summary>How many pages of 2 MiB are in memory: huge pages (hugetlb), or transparent ones.</summary>
    public long? Pages2M { get; internal init; }

    /// <summary>How many huge pages of 1 GiB are in memory.</summary>
    public long? Pages1G { get; internal init; }

    /// <summary>Bytes in swap.</summary>
    public long Swap { get; internal init; }

    /// <summary>
    /// <see cref="Rss"/> and <see cref="Swap"/> in percent of <see cref="Size"/>; more than 100 where the last
    /// page is larger than what is left of the segment.
    /// </summary>
    public double? UsedPercent => Rss is long rss && Size > 0 ? Math.Round((rss + Swap) * 100.0 / Size, 2) : null;

    /// <summary>The Oracle instances that have it attached.</summary>
    public ValueList<string>? Sid { get; internal init; }

    /// <summary>The owner's user id.</summary>
    public long Uid { get; internal init; }

    /// <summary>The owner's name, or the number where nobody has it.</summary>
    public string User { get; internal init; } = string.Empty;

    /// <summary>The owner's group id.</summary>
    public long Gid { get; internal init; }

    /// <summary>The rights to it, in octal (<c>0600</c>).</summary>
    public string Mode { get; internal init; } = string.Empty;

    /// <summary>How many times it is attached (<c>nattch</c>).</summary>
    public long Attached { get; internal init; }

    /// <summary>The process that created it; it may have ended.</summary>
    public int CreatorPid { get; internal init; }

    /// <summary>The process that attached or detached it last; it may have ended.</summary>
    public int LastPid { get; internal init; }

    /// <summary>When it was last attached; null for never.</summary>
    public DateTime? AttachTime { get; internal init; }

    /// <summary>When it was last detached; null for never.</summary>
    public DateTime? DetachTime { get; internal init; }

    /// <summary>When it was made, or its rights last changed.</summary>
    public DateTime? ChangeTime { get; internal init; }

    /// <summary>
    /// The processes that have it attached, as far as their mappings may be read; null where it is attached and
    /// none of them can be seen.
    /// </summary>
    public ValueList<int>? AttachedPids { get; internal init; }

    /// <summary>True when it has been removed, and ends with its last process.</summary>
    public bool Removed { get; internal init; }

    /// <summary>True when it is locked in memory (SHM_LOCK).</summary>
    public bool Locked { get; internal init; }

    /// <summary>The size of the pages it is made of, in bytes (that of transparent huge pages aside); null when it is not known.</summary>
    public long? PageSize { get; internal init; }

    /// <summary>The segment as text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ShmId} (key {Key})");
}

/// <summary>A few values, which as text (in CSV) stand with a blank between them.</summary>
/// <typeparam name="T">What they are.</typeparam>
/// <param name="values">The values.</param>
public sealed class ValueList<T>(IList<T> values) : ReadOnlyCollection<T>(values)
{
    /// <summary>The values with a blank between them.</summary>
    public override string ToString() => string.Join(' ', this.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));
}
