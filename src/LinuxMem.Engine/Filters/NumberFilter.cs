using System.Globalization;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>A filter that compares a number of the process.</summary>
public abstract class NumberFilter : ProcessFilter
{
    private readonly string name;

    private protected NumberFilter(string name, long number)
    {
        this.name = name;
        Number = number;
    }

    /// <summary>The number that is looked for.</summary>
    public long Number { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{name}({Number})");

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => obj is NumberFilter other && other.name == name && other.Number == Number;

    /// <inheritdoc/>
    public sealed override int GetHashCode() => HashCode.Combine(name, Number);
}

/// <summary><c>uid(n)</c>: processes whose effective user id is the number.</summary>
public sealed class UidFilter : NumberFilter
{
    /// <summary>Looks for a user id.</summary>
    public UidFilter(uint uid)
        : base("uid", uid)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Owner;

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => process.Uid == Number;
}

/// <summary><c>gid(n)</c>: processes whose effective group id is the number.</summary>
public sealed class GidFilter : NumberFilter
{
    /// <summary>Looks for a group id.</summary>
    public GidFilter(uint gid)
        : base("gid", gid)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Owner;

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => process.Gid == Number;
}

/// <summary><c>pid(n)</c>: the process of that id.</summary>
public sealed class PidFilter : NumberFilter
{
    /// <summary>Looks for a process id.</summary>
    public PidFilter(int pid)
        : base("pid", pid)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => process.Id == Number;
}

/// <summary><c>ppid(n)</c>: the children of the process of that id.</summary>
public sealed class ParentPidFilter : NumberFilter
{
    /// <summary>Looks for a parent's process id.</summary>
    public ParentPidFilter(int ppid)
        : base("ppid", ppid)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => process.ParentId == Number;
}

/// <summary><c>descendants(pid)</c>: all processes below that one, itself left out.</summary>
public sealed class DescendantsFilter : NumberFilter
{
    private readonly int pid;

    /// <summary>Looks for the processes below one.</summary>
    public DescendantsFilter(int pid)
        : base("descendants", pid) => this.pid = pid;

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => tree.Descendants(pid).Contains(process.Id);
}
