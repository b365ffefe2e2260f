using System.Globalization;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>
/// What a group of processes maps under one name: a file, its heaps, a shared memory object, … The figures are those of groups, of
/// what this name alone maps: <see cref="MemFigures.MemPss"/> divides a frame by the names of the group that map it, so that the
/// column of a group adds up to its <see cref="MemFigures.MemRss"/>; <see cref="MemFigures.MemUss"/> is what no other name of the
/// group and no process outside maps. Sizes are bytes.
/// </summary>
public sealed class MemMapping : MemFigures
{
    internal MemMapping()
    {
    }

    /// <summary>The name of the group.</summary>
    public string GroupName { get; internal init; } = string.Empty;

    /// <summary>
    /// The name to show: a path, <c>[heap]</c>, <c>[anon:NAME]</c>, the name of an object, or the kind where lines are kinds. No two
    /// lines of a group show the same: two files of one path say their inodes.
    /// </summary>
    public string Mapping { get; internal init; } = string.Empty;

    /// <summary>
    /// <c>File</c>, <c>Heap</c>, <c>Stack</c>, <c>Named</c> and <c>Anonymous</c> memory, private <c>HugePages</c>, <c>Device</c>,
    /// <c>Kernel</c>, <c>Other</c>; of shared memory objects <c>SysV</c>, <c>Posix</c>, <c>Memfd</c>, <c>SharedAnonymous</c>,
    /// <c>Tmpfs</c>, <c>HugeTlb</c>. Null for the line of the rest.
    /// </summary>
    public string? Kind { get; internal init; }

    /// <summary>The number of processes of the group that have such mappings; null for the line of the rest.</summary>
    public int? Procs { get; internal init; }

    /// <summary>The number of mappings (lines of <c>/proc/PID/maps</c>) of all these processes.</summary>
    public long Mappings { get; internal init; }

    /// <summary>Their address space, in bytes, of all these processes: it says nothing of memory.</summary>
    public long Size { get; internal init; }

    /// <summary>The device of a file or object, <c>major:minor</c>; null for none.</summary>
    public string? Device { get; internal init; }

    /// <summary>The inode of a file or object; the shmid of a SysV segment. Null for none.</summary>
    public long? Inode { get; internal init; }

    /// <summary>True for a file or object whose name is gone.</summary>
    public bool Deleted { get; internal init; }

    /// <summary>True for the line that sums up all that were not asked for.</summary>
    public bool IsRest { get; internal init; }

    /// <summary>The title of the report that the group is of.</summary>
    public string Split { get; internal init; } = string.Empty;

    /// <summary>What the processes of the group have in common, as <see cref="MemGroup.Key"/>.</summary>
    public object? Key { get; internal init; }

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>Hides the base property from exports.</summary>
    internal new IReadOnlyList<long>? ShmIds => base.ShmIds;

    /// <summary>Hides the base property from exports.</summary>
    internal new bool IsTotal => base.IsTotal;

    /// <summary>The name, and <see cref="MemFigures.MemHeld"/>.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{GroupName}, {Mapping}: {MemHeld} bytes"));
}
