using System.Collections.ObjectModel;
using System.Globalization;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>A SysV shared memory segment (sysvipc(7)). What this user may not see is null.</summary>
public sealed class ShmSegment
{
    internal ShmSegment()
    {
    }

    /// <summary>The key; 0 (IPC_PRIVATE) for a private segment and for one that has been removed.</summary>
    public int Key { get; internal init; }

    /// <summary>The key in hexadecimal, as ipcs(1) shows it: <c>0x0052e2c1</c>.</summary>
    public string KeyHex => string.Create(CultureInfo.InvariantCulture, $"0x{Key:x8}");

    /// <summary>The shmid.</summary>
    public long ShmId { get; internal init; }

    /// <summary>The size requested by shmget(2), in bytes.</summary>
    public long Size { get; internal init; }

    /// <summary>
    /// Resident bytes. Null when the kernel's figure may be inflated (hugetlb segments since Linux 6.7) and the page
    /// size, which would show it, is not known.
    /// </summary>
    public long? Rss { get; internal init; }

    /// <summary>Resident base pages (4 KiB on most machines); null when the page size is not known.</summary>
    public long? Pages4k { get; internal init; }

    /// <summary>Resident 2 MiB pages, hugetlb or transparent; null when the page size is not known.</summary>
    public long? Pages2M { get; internal init; }

    /// <summary>Resident 1 GiB hugetlb pages; null when the page size is not known.</summary>
    public long? Pages1G { get; internal init; }

    /// <summary>Swapped bytes.</summary>
    public long Swap { get; internal init; }

    /// <summary>
    /// <see cref="Rss"/> plus <see cref="Swap"/> in percent of <see cref="Size"/>, rounded up to whole pages as the
    /// kernel allocates it.
    /// </summary>
    public double? UsedPercent => Rss is long rss && Size > 0 ? Math.Round((rss + Swap) * 100.0 / Math.Max(WholePages, rss + Swap), 2) : null;

    /// <summary>The Oracle instances that have it attached.</summary>
    public ValueList<string>? Sid { get; internal init; }

    /// <summary>The owner's user id.</summary>
    public long Uid { get; internal init; }

    /// <summary>The owner's name, or the uid when no user has it.</summary>
    public string User { get; internal init; } = string.Empty;

    /// <summary>The owner's group id.</summary>
    public long Gid { get; internal init; }

    /// <summary>The permissions in octal, such as <c>0600</c>.</summary>
    public string Mode { get; internal init; } = string.Empty;

    /// <summary>The number of attaches (<c>nattch</c>).</summary>
    public long Attached { get; internal init; }

    /// <summary>The pid of the creator, which may have ended.</summary>
    public int CreatorPid { get; internal init; }

    /// <summary>The pid of the last shmat(2) or shmdt(2); the process may have ended.</summary>
    public int LastPid { get; internal init; }

    /// <summary>The time of the last attach; null for never.</summary>
    public DateTime? AttachTime { get; internal init; }

    /// <summary>The time of the last detach; null for never.</summary>
    public DateTime? DetachTime { get; internal init; }

    /// <summary>The time of creation, or of the last change by shmctl(2).</summary>
    public DateTime? ChangeTime { get; internal init; }

    /// <summary>
    /// The pids of the processes that have it attached, as far as their mappings may be read; null when it is attached
    /// but none of them is visible.
    /// </summary>
    public ValueList<int>? AttachedPids { get; internal init; }

    /// <summary>True when it is marked for removal (SHM_DEST): it is destroyed at the last detach.</summary>
    public bool Removed { get; internal init; }

    /// <summary>True when it is locked in memory (SHM_LOCK).</summary>
    public bool Locked { get; internal init; }

    /// <summary>The page size in bytes, transparent huge pages aside; null when it is not known.</summary>
    public long? PageSize { get; internal init; }

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>The base page size of the machine, in bytes.</summary>
    internal long BasePage { get; init; } = 1;

    /// <summary>
    /// The size in whole pages, in bytes: a double, because the largest segments are of nearly 2^63 bytes. Base pages
    /// where the page size is not known; then more may be in use, by pages that are larger.
    /// </summary>
    private double WholePages => Math.Ceiling(Size / (double)(PageSize ?? BasePage)) * (PageSize ?? BasePage);

    /// <summary>Shmid and key.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{ShmId} (key {Key})"));
}

/// <summary>A list whose text form (in CSV) is its values separated by spaces.</summary>
/// <typeparam name="T">The type of a value.</typeparam>
/// <param name="values">The values.</param>
public sealed class ValueList<T>(IList<T> values) : ReadOnlyCollection<T>(values)
{
    /// <summary>The values separated by spaces.</summary>
    public override string ToString() => string.Join(' ', this.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));
}
