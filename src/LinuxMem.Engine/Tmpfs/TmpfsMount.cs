namespace LinuxMem;

/// <summary>A mount of a tmpfs: a file system whose files live in memory and swap (tmpfs(5)).</summary>
/// <remarks>
/// Sizes are those of the file system. One that is mounted at several places is listed at each, and
/// <see cref="SharedWith"/> tells all but one of them, so that a sum counts it once. Names are decoded by
/// <see cref="Engine.Texts.SurrogateEscape"/>.
/// </remarks>
public sealed class TmpfsMount
{
    /// <summary>The <see cref="Status"/> of a mount whose sizes are known and not those of another one listed.</summary>
    public const string Ok = "OK";

    internal TmpfsMount()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string MountPoint { get; internal init; } = string.Empty;

    /// <summary>The most that it may hold, in bytes; null without a limit, and where it cannot be asked.</summary>
    public long? FsSize { get; internal init; }

    /// <summary>
    /// What its files take in memory and swap, in bytes; null where it cannot be asked, and without a limit:
    /// the kernel counts only where it has to enforce one.
    /// </summary>
    public long? FsUsed { get; internal init; }

    /// <summary>True when its pages are never swapped out (option <c>noswap</c>, Linux 6.4 and later).</summary>
    public bool NoSwap { get; internal init; }

    /// <summary>When it takes huge pages (<c>always</c>, <c>within_size</c>, <c>advise</c>); null for never, which is the default.</summary>
    public string? Huge { get; internal init; }

    /// <summary>What it may still take, in bytes; null without a limit, and where it cannot be asked.</summary>
    public long? FsFree { get; internal init; }

    /// <summary><see cref="FsUsed"/> in percent of <see cref="FsSize"/>, with two decimals; null where these are.</summary>
    public double? UsedPercent { get; internal init; }

    /// <summary>How many files it may hold; null without a limit (<c>nr_inodes=0</c>), and where it cannot be asked.</summary>
    public long? Inodes { get; internal init; }

    /// <summary>How many files it holds; null where <see cref="Inodes"/> is.</summary>
    public long? InodesUsed { get; internal init; }

    /// <summary>What was named as the device when it was mounted.</summary>
    public string Source { get; internal init; } = string.Empty;

    /// <summary>The options of the mount and of the file system, with commas between them.</summary>
    public string Options { get; internal init; } = string.Empty;

    /// <summary><see cref="Ok"/>, or why there are no sizes, or whose sizes these are too.</summary>
    public string Status { get; internal set; } = Ok;

    /// <summary>True without a limit (<c>size=0</c>); null where it cannot be asked.</summary>
    public bool? IsUnlimited { get; internal init; }

    /// <summary>The mount point under which the same file system counts; null for the mount that counts.</summary>
    public string? SharedWith { get; internal set; }

    /// <summary>What of the file system is mounted; <c>/</c> unless it is a bind mount of a part.</summary>
    public string Root { get; internal init; } = string.Empty;

    /// <summary>The device number, <c>major:minor</c>: the same for all mounts of one file system.</summary>
    public string Device { get; internal init; } = string.Empty;

    /// <summary>The mount point.</summary>
    public override string ToString() => MountPoint;
}
