using System.Globalization;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>
/// A shared memory object: an inode whose pages are memory and not the cache of a disk. What cannot be found out is null;
/// sizes are bytes.
/// </summary>
public sealed class SharedMemory
{
    internal SharedMemory()
    {
    }

    /// <summary>What made it: a name of <see cref="SharedMemoryKind"/>.</summary>
    public string Kind { get; internal init; } = nameof(SharedMemoryKind.Other);

    /// <summary>
    /// The kernel's name for it; of the files of a tmpfs that no process holds, the mount point, because they are one
    /// object in sum.
    /// </summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>The device of its file system, <c>major:minor</c>.</summary>
    public string Device { get; internal init; } = string.Empty;

    /// <summary>Its inode; the shmid of a SysV segment. Null for many files in sum.</summary>
    public long? Inode { get; internal init; }

    /// <summary>Its length; null where nobody may look, and for many files in sum.</summary>
    public long? Size { get; internal init; }

    /// <summary>What of it is in memory, mapped or not.</summary>
    public long? Rss { get; internal init; }

    /// <summary>What of it is swapped out.</summary>
    public long? Swap { get; internal init; }

    /// <summary>The size of its pages, transparent huge pages aside.</summary>
    public long? PageSize { get; internal init; }

    /// <summary>How much of it the page tables of all processes map, each page once; null without the right to see frames.</summary>
    public long? Mapped { get; internal init; }

    /// <summary>How many processes hold it; null where some may that this user cannot see.</summary>
    public int? Holders => Pids.Count == 0 && MayBeHeld ? null : Pids.Count;

    /// <summary>The processes that hold it, by ascending pid.</summary>
    public ValueList<int> Pids { get; internal init; } = new([]);

    /// <summary>Of these, the ones that only have it open (a descriptor) and not mapped.</summary>
    public ValueList<int> OpenPids { get; internal init; } = new([]);

    /// <summary>True when its name is gone, or it is marked for removal: it ends with its last holder.</summary>
    public bool Removed { get; internal init; }

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>True when processes that could not be read may hold it.</summary>
    internal bool MayBeHeld { get; set; }

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; set; }

    /// <summary>Kind, name and <see cref="Rss"/>.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{Kind} {Name}: {Rss} bytes"));
}
