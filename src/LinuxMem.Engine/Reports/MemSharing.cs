using System.Globalization;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>What two groups of a report share, or one group with anyone. Sizes are bytes.</summary>
public sealed class MemSharing
{
    /// <summary>The name shown for all other groups together.</summary>
    internal const string Anyone = "(anyone)";

    internal MemSharing()
    {
    }

    /// <summary>The title of the report.</summary>
    public string Split { get; internal init; } = string.Empty;

    /// <summary>The number of the report within its call, from 1.</summary>
    public int Report { get; internal init; }

    /// <summary>The name of the one group, as in <see cref="MemGroup.GroupName"/>: the one that holds more.</summary>
    public string GroupName { get; internal init; } = string.Empty;

    /// <summary>The name of the other; <c>(anyone)</c> for all others together.</summary>
    public string OtherName { get; internal init; } = string.Empty;

    /// <summary>
    /// All RAM that both hold, each page once: <see cref="Shared"/> without the pages of shared memory objects, and
    /// <see cref="SharedObjects"/>.
    /// </summary>
    public long SharedHeld { get; internal init; }

    /// <summary>The frames that both map, those of SysV segments left out.</summary>
    public long Shared { get; internal init; }

    /// <summary>
    /// What is in memory of the shared memory objects that both hold, SysV segments among them, whether somebody maps it or not;
    /// null where the sizes are not known.
    /// </summary>
    public long? SharedObjects { get; internal init; }

    /// <summary>True for what the group shares with all others together, each page once.</summary>
    public bool WithAnyone { get; internal init; }

    /// <summary>What the processes of the one group have in common, as <see cref="MemGroup.Key"/>.</summary>
    public object? Key { get; internal init; }

    /// <summary>The same of the other group; null for all others together.</summary>
    public object? OtherKey { get; internal init; }

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>The two names, and <see cref="SharedHeld"/>.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{GroupName} and {OtherName}: {SharedHeld} bytes"));
}
