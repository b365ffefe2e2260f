using System.Text.Json.Serialization;
using LinuxMem.Engine.Sources;

namespace LinuxMem;

/// <summary>
/// An Oracle instance: its memory as the database itself tells it, or, where it cannot be asked, what its
/// processes and segments show.
/// </summary>
public sealed class OracleInstance
{
    /// <summary>The <see cref="Status"/> of an instance that has answered.</summary>
    public const string Open = "Open";

    /// <summary>The instance's name (ORACLE_SID).</summary>
    public required string Sid { get; init; }

    /// <summary>
    /// The SGA in bytes: <c>Variable Size</c> and <c>Database Buffers</c> of <c>v$sga</c>. Of an instance that has
    /// not answered, the size of the SysV segments that its pmon process has attached; null where it has none.
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

    /// <summary>The instance as text: its name and status.</summary>
    public override string ToString() => $"{Sid} ({Status})";
}
