using System.Globalization;
using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>
/// A control group that has processes: our count of what these hold, beside what the kernel has charged to the group and to all groups
/// below it. Sizes are bytes; what is not told is null.
/// </summary>
public sealed class MemCgroup
{
    internal MemCgroup()
    {
    }

    /// <summary>The unit, container or pod; the path where it is none of these.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>Its path in the hierarchy of the memory controller.</summary>
    public string Path { get; internal init; } = string.Empty;

    /// <summary>The number of processes in it.</summary>
    public int Procs => ProcessIds.Count;

    /// <summary>All memory that its processes hold, each page once (<see cref="MemFigures.MemHeld"/>); null without a scan.</summary>
    public long? MemHeld => Counted?.MemHeld;

    /// <summary>The charge: what the kernel has given to the group, whoever uses it now.</summary>
    public long? Current => Usage?.Current;

    /// <summary>The largest charge so far.</summary>
    public long? Peak => Usage?.Peak;

    /// <summary>The limit that binds: the least of the group and all groups around it; null for none.</summary>
    public long? Limit => Charge.Limit;

    /// <summary>Whose limit that is; null where a control group namespace hides it.</summary>
    public string? LimitPath => Charge.LimitPath;

    /// <summary>How much of <see cref="Limit"/> is used, by the group whose limit it is, in percent with two decimals.</summary>
    public double? LimitPercent => Charge is { Limit: long limit and > 0, LimitUsed: long used } ? Math.Round(used * 100.0 / limit, 2) : null;

    /// <summary>What may still be charged before a limit of the group or of one around it is reached; null for no limit.</summary>
    public long? Left => Charge.Left;

    /// <summary>The least <c>memory.high</c> of the group and those around it, beyond which it is slowed down; null for none.</summary>
    public long? High => Charge.High;

    /// <summary>What most of the charge is: <c>anon</c>, <c>file</c>, <c>shmem</c> or <c>kernel</c>.</summary>
    public string? Mostly => new (string Name, long? Bytes)[] { ("anon", Anon), ("file", File), ("shmem", Shmem), ("kernel", Kernel) }
        .Where(part => part.Bytes > 0).OrderByDescending(part => part.Bytes).Select(part => part.Name).FirstOrDefault();

    /// <summary>Of the charge, anonymous memory.</summary>
    public long? Anon => Usage?.Anon;

    /// <summary>Of the charge, the cache of files, without <see cref="Shmem"/>.</summary>
    public long? File => Usage?.File;

    /// <summary>Of the charge, shared memory and files of tmpfs.</summary>
    public long? Shmem => Usage?.Shmem;

    /// <summary>Of the charge, the kernel's memory: stacks, page tables, slab, and more.</summary>
    public long? Kernel => Usage?.Kernel;

    /// <summary>Of <see cref="Kernel"/>, slab; version 1 does not tell.</summary>
    public long? Slab => Usage?.Slab;

    /// <summary>Buffers of sockets.</summary>
    public long? Sock => Usage?.Sock;

    /// <summary>What of its memory is swapped out.</summary>
    public long? Swap => Usage?.Swap;

    /// <summary>Processes of the group that were killed for want of memory.</summary>
    public long? OomKills => Usage?.OomKills;

    /// <summary>How often its own limit was reached.</summary>
    public long? LimitHits => Usage?.LimitHits;

    /// <summary>Percent of the last 10 seconds in which some thread of it waited for memory; version 1 does not tell.</summary>
    public double? PressureSome => Usage?.PressureSome;

    /// <summary>Percent of the last 10 seconds in which all threads of it did.</summary>
    public double? PressureFull => Usage?.PressureFull;

    /// <summary>Our count of anonymous memory (<see cref="MemFigures.MemAnon"/>).</summary>
    public long? MemAnon => Counted?.MemAnon;

    /// <summary>Our count of cache of files that is mapped (<see cref="MemFigures.MemFile"/>).</summary>
    public long? MemFile => Counted?.MemFile;

    /// <summary>Our count of shared memory (<see cref="MemFigures.SharedMem"/>).</summary>
    public long? SharedMem => Counted?.SharedMem;

    /// <summary>The version of control groups: 1 or 2; 0 where nothing tells.</summary>
    public int Version { get; internal init; }

    /// <summary><c>OK</c>, or why nothing is known of the charge.</summary>
    public string Status => Charge.Why is string why ? $"not known: {why}" : "OK";

    /// <summary>The processes in it, ascending.</summary>
    public ValueList<int> ProcessIds { get; internal init; } = new([]);

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>What is charged.</summary>
    internal CgroupCharge Charge { get; init; } = new();

    /// <summary>Our count; null without a scan.</summary>
    internal MemGroup? Counted { get; init; }

    private CgroupUsage? Usage => Charge.Usage;

    /// <summary>Name and charge.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{Name}: {Current} bytes charged"));
}
