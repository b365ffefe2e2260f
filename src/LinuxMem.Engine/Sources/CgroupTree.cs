using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>The control groups of a machine in the hierarchy of the memory controller. Whoever opens one disposes it.</summary>
internal abstract class CgroupTree : IDisposable
{
    /// <summary>Which version of control groups has the memory controller: 1 or 2; 0 where nothing tells.</summary>
    public abstract int Version { get; }

    /// <summary>Why nothing is known of any group, as a clause; null where groups can be read.</summary>
    public virtual string? WhyNot => null;

    /// <summary>True for version 2, whose path is the one of no controller.</summary>
    public bool IsUnified => Version == 2;

    /// <summary>What the controller tells of a group.</summary>
    /// <param name="path">Its path as <c>/proc/PID/cgroup</c> has it, with a slash before it.</param>
    /// <param name="why">Why it tells nothing, as a clause; null where it does.</param>
    public abstract CgroupUsage? Read(string path, out string? why);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>A machine that tells nothing of its groups.</summary>
    public static CgroupTree Nothing(string why) => new Silent(why);

    private sealed class Silent(string reason) : CgroupTree
    {
        public override int Version => 0;

        public override string? WhyNot => reason;

        public override CgroupUsage? Read(string path, out string? why)
        {
            why = reason;
            return null;
        }
    }
}
