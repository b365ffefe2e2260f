using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>A mount of a tmpfs, a file system whose files live in memory and swap (tmpfs(5)).</summary>
/// <remarks>
/// Sizes are those of the file system. One mounted at several places is listed at each; all but one of these have
/// <see cref="SharedWith"/>, so that a sum can count it once. Names are decoded by
/// <see cref="Engine.Texts.SurrogateEscape"/>.
/// </remarks>
public sealed class TmpfsMount
{
    /// <summary>
    /// The <see cref="Status"/> of a mount whose sizes are known and not already listed with another mount.
    /// </summary>
    public const string Ok = "OK";

    internal TmpfsMount()
    {
    }

    /// <summary>The mount point.</summary>
    public string MountPoint { get; internal init; } = string.Empty;

    /// <summary>The size limit in bytes; null when there is none or it cannot be read.</summary>
    public long? FsSize { get; internal init; }

    /// <summary>
    /// Bytes of memory and swap that its files take; null when that cannot be read, and without a limit, because the
    /// kernel counts only to enforce one.
    /// </summary>
    public long? FsUsed { get; internal init; }

    /// <summary>True when its pages are never swapped out (mount option <c>noswap</c>, Linux 6.4).</summary>
    public bool NoSwap { get; internal init; }

    /// <summary>
    /// When it uses transparent huge pages (<c>always</c>, <c>within_size</c>, <c>advise</c>); null for never, the
    /// default.
    /// </summary>
    public string? Huge { get; internal init; }

    /// <summary>Bytes that its files may still take; null without a limit, or when it cannot be read.</summary>
    public long? FsFree { get; internal init; }

    /// <summary>
    /// <see cref="FsUsed"/> in percent of <see cref="FsSize"/>, with two decimals; null when either is null.
    /// </summary>
    public double? UsedPercent { get; internal init; }

    /// <summary>The limit of inodes; null when there is none (<c>nr_inodes=0</c>) or it cannot be read.</summary>
    public long? Inodes { get; internal init; }

    /// <summary>Inodes in use; null when <see cref="Inodes"/> is null.</summary>
    public long? InodesUsed { get; internal init; }

    /// <summary>The device given to mount(8); any text for a tmpfs.</summary>
    public string Source { get; internal init; } = string.Empty;

    /// <summary>The options of the mount and of the superblock, separated by commas.</summary>
    public string Options { get; internal init; } = string.Empty;

    /// <summary><see cref="Ok"/>, or why there are no sizes, or with which mount they are already listed.</summary>
    public string Status { get; internal set; } = Ok;

    /// <summary>True without a size limit (<c>size=0</c>); null when it cannot be read.</summary>
    public bool? IsUnlimited { get; internal init; }

    /// <summary>The mount point at which the file system is counted; null when it is counted at this one.</summary>
    public string? SharedWith { get; internal set; }

    /// <summary>The folder of the file system that is mounted; <c>/</c> unless it is a bind mount.</summary>
    public string Root { get; internal init; } = string.Empty;

    /// <summary>The device number, <c>major:minor</c>; equal for all mounts of one file system.</summary>
    public string Device { get; internal init; } = string.Empty;

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>The mount point.</summary>
    public override string ToString() => VisibleText.ForTerminal(MountPoint);
}
