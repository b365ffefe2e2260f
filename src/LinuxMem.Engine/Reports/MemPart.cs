using System.Globalization;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>One part of a machine's memory. The parts of a machine add up to its <c>MemTotal</c> exactly. Sizes are bytes.</summary>
public sealed class MemPart
{
    internal MemPart()
    {
    }

    /// <summary>What it is.</summary>
    public string Part { get; internal init; } = string.Empty;

    /// <summary>How much of the memory it is; null where nothing tells (<see cref="Source"/> says why), and then it is in the last part.</summary>
    public long? Bytes { get; internal init; }

    /// <summary><see cref="Bytes"/> in percent of <c>MemTotal</c>, with two decimals.</summary>
    public double? Percent { get; internal init; }

    /// <summary>
    /// How much of it the groups of <c>Get-MemGroup</c> hold, all processes together; null for parts that no process has, and
    /// without a scan.
    /// </summary>
    public long? InGroups { get; internal init; }

    /// <summary>Which columns of free(1) have it.</summary>
    public string InFree { get; internal init; } = string.Empty;

    /// <summary>What the number rests on, and what it may have too much or too little.</summary>
    public string Source { get; internal init; } = string.Empty;

    /// <summary>The commands that tell more.</summary>
    public string See { get; internal init; } = string.Empty;

    /// <summary>The same as commands of a shell: the cmdlets by their commands of <c>linuxmem</c>.</summary>
    internal string SeeInShell => string.Join(", ", See.Split(", ").Select(command => ShellCommands.GetValueOrDefault(command, command)));

    /// <summary>The commands of <c>linuxmem</c> that tell what cmdlets tell, as <see cref="See"/> names them.</summary>
    private static readonly Dictionary<string, string> ShellCommands = new(StringComparer.Ordinal)
    {
        ["Get-MemGroup"] = "linuxmem groups",
        ["Get-MemGroup -SplitUid"] = "linuxmem groups -u",
        ["Get-MemProcess"] = "linuxmem processes",
        ["Get-MemMapping -By Kind"] = "linuxmem mappings --by kind",
        ["Get-MemCgroup"] = "linuxmem cgroups",
        ["Get-SharedMemory"] = "linuxmem shared",
        ["Get-SharedMemory -Kind HugeTlb"] = "linuxmem shared --kind HugeTlb",
        ["Get-ShmSegment"] = "linuxmem shm",
        ["Get-Tmpfs"] = "linuxmem tmpfs",
    };

    /// <summary>How much of it lies on which NUMA node; bytes of a node are null where nothing tells.</summary>
    public ValueList<NodeBytes> MemByNode { get; internal init; } = new([]);

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>Part and bytes.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{Part}: {Bytes} bytes"));
}

/// <summary>How much lies on a NUMA node.</summary>
/// <param name="Node">The number of the node; null for what nothing tells the node of.</param>
/// <param name="Bytes">The bytes; null where nothing tells.</param>
public sealed record NodeBytes(int? Node, long? Bytes)
{
    /// <summary><c>NODE:BYTES</c>, with <c>?</c> for what is not known.</summary>
    public override string ToString() =>
        $"{Node?.ToString(CultureInfo.InvariantCulture) ?? "?"}:{Bytes?.ToString(CultureInfo.InvariantCulture) ?? "?"}";
}
