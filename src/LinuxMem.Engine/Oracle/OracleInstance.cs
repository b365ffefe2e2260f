using System.Text.Json.Serialization;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>
/// An Oracle instance: its memory as the database itself tells it, or, where it cannot be asked, what its
/// processes and segments show; and beside that what a scan counts of it. Sizes are bytes; what is not known is null.
/// </summary>
public sealed class OracleInstance
{
    /// <summary>The <see cref="Status"/> of an instance that has answered.</summary>
    public const string Open = "Open";

    /// <summary>The instance's name (ORACLE_SID).</summary>
    public required string Sid { get; init; }

    /// <summary>
    /// The SGA in bytes: <c>Variable Size</c> and <c>Database Buffers</c> of <c>v$sga</c>. Of an instance that has
    /// not answered, the size of the SysV segments that its pmon process has attached, and of the files <c>/dev/shm/ora_*</c> that it has
    /// mapped; null where it has none.
    /// </summary>
    public required long? Sga { get; init; }

    /// <summary>The memory of all PGAs in bytes (<c>sum(pga_alloc_mem)</c> of <c>v$process</c>); null when the instance has not answered.</summary>
    public required long? Pga { get; init; }

    /// <summary>The number of processes of <c>v$process</c>; those of the process table when the instance has not answered.</summary>
    public required int Processes { get; init; }

    /// <summary>
    /// The parameter <c>use_large_pages</c> (True, False, Only, Auto). Of an instance that has not answered,
    /// whether its segments have huge pages; null when that is not known.
    /// </summary>
    public required string? LargePages { get; init; }

    /// <summary><see cref="Open"/>, or why the instance has not answered.</summary>
    public required string Status { get; init; }

    /// <summary>The user of the pmon process, by name or number; null when unknown.</summary>
    public required string? User { get; init; }

    /// <summary>ORACLE_HOME; null when unknown.</summary>
    public required string? Home { get; init; }

    /// <summary>What kind of instance it is, by its pmon's name: ora (database), asm, mdb or apx.</summary>
    public required string Kind { get; init; }

    /// <summary>The id of the pmon process.</summary>
    public required int PmonPid { get; init; }

    /// <summary>All memory that its processes hold, each page once (<see cref="MemFigures.MemHeld"/>).</summary>
    [JsonIgnore]
    public long? MemHeld => Counted?.MemHeld;

    /// <summary>What comes back when it ends in good order (<see cref="MemFigures.MemFreed"/>).</summary>
    [JsonIgnore]
    public long? MemFreed => Counted?.MemFreed;

    /// <summary>Anonymous memory of all its processes together, each page once.</summary>
    [JsonIgnore]
    public long? Private => Counted?.MemAnon;

    /// <summary>The page tables of all its processes.</summary>
    [JsonIgnore]
    public long? PageTables => Counted?.PageTables;

    /// <summary>The size of what its SGA lies in: the SysV segments that its pmon process has attached, and the files <c>/dev/shm/ora_*</c> that it has mapped.</summary>
    [JsonIgnore]
    public long? SharedSize => Memory?.Size;

    /// <summary>How much of that is in memory.</summary>
    [JsonIgnore]
    public long? SharedMem => Memory?.Resident;

    /// <summary>How much of that is in huge pages of a pool (hugetlb).</summary>
    [JsonIgnore]
    public long? SharedHuge => Memory?.Huge;

    /// <summary>The size of its files in /dev/shm (Automatic Memory Management, <c>memory_target</c>), which can have no huge pages of a pool.</summary>
    [JsonIgnore]
    public long? SharedFiles => Memory?.Files;

    /// <summary>What of all that is swapped out (<see cref="MemFigures.SwapHeld"/>).</summary>
    [JsonIgnore]
    public long? SwapHeld => Counted?.SwapHeld;

    /// <summary>The container that it runs in; null outside of containers.</summary>
    [JsonIgnore]
    public string? Container { get; internal set; }

    /// <summary>The number of its IPC namespace; null for the one of this program, whose segments are those that <c>ipcs</c> lists.</summary>
    [JsonIgnore]
    public long? IpcNamespace { get; internal set; }

    /// <summary>The ids of its processes in the process table, ascending; empty when they are not known.</summary>
    [JsonIgnore]
    public ValueList<int> ProcessIds { get; internal set; } = new([]);

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    [JsonIgnore]
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    [JsonIgnore]
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; set; }

    /// <summary>Its group in a scan; null without one.</summary>
    internal MemFigures? Counted { get; set; }

    /// <summary>What the scan found of its SGA.</summary>
    internal InstanceMemory? Memory { get; set; }

    /// <summary>Takes what the process table and a scan tell of it.</summary>
    internal void Take(PmonProcess pmon, InstanceProcesses members, MemFigures? counted = null, InstanceMemory? memory = null)
    {
        (Container, ProcessIds) = (pmon.Process.Container, new([.. members.Of(pmon)]));
        IpcNamespace = members.NamespaceOf(pmon) is ulong number and not 0 ? (long)number : null;
        (Counted, Memory) = (counted, memory);
    }

    /// <summary>The instance as text: its name and status.</summary>
    public override string ToString() => VisibleText.ForTerminal($"{Sid} ({Status})");
}
