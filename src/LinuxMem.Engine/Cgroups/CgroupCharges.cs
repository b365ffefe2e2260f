using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Cgroups;

/// <summary>What is charged to control groups, and which limit binds each: every group is read once.</summary>
internal sealed class CgroupCharges(CgroupTree tree)
{
    private readonly Dictionary<string, (CgroupUsage? Usage, string? Why)> known = new(StringComparer.Ordinal);

    /// <summary>The charge of a group, and the limits of the group and of all around it.</summary>
    public CgroupCharge Of(string path)
    {
        (CgroupUsage? usage, string? why) = Read(path);
        var charge = new CgroupCharge { Usage = usage, Why = why };
        if (usage is null)
        {
            return charge;
        }

        foreach (string around in CgroupTable.Around(path))
        {
            if (Read(around).Usage is not CgroupUsage one)
            {
                continue;
            }

            if (one.Max is long limit)
            {
                charge = limit < (charge.Limit ?? long.MaxValue) ? charge with { Limit = limit, LimitPath = around, LimitUsed = one.Current } : charge;
                charge = one.Current is long used && Math.Max(0, limit - used) < (charge.Left ?? long.MaxValue) ? charge with { Left = Math.Max(0, limit - used) } : charge;
            }

            charge = one.High < (charge.High ?? long.MaxValue) ? charge with { High = one.High } : charge;
        }

        // Whose it is, a namespace hides.
        return usage.Hierarchical < (charge.Limit ?? long.MaxValue) ? charge with { Limit = usage.Hierarchical, LimitPath = null, LimitUsed = null } : charge;
    }

    private (CgroupUsage? Usage, string? Why) Read(string path)
    {
        if (!known.TryGetValue(path, out (CgroupUsage?, string?) found))
        {
            found = (tree.Read(path, out string? why), why);

            // The paths around a group of which nothing is told would take the square of its depth.
            if (found.Item1 is not null)
            {
                known[path] = found;
            }
        }

        return found;
    }
}

/// <summary>The charge of a control group, and what limits it, in bytes.</summary>
internal sealed record CgroupCharge
{
    /// <summary>What the controller tells of it; null where it tells nothing.</summary>
    public CgroupUsage? Usage { get; init; }

    /// <summary>Why it tells nothing; null where it does.</summary>
    public string? Why { get; init; }

    /// <summary>The least limit of the group and those around it; null for none.</summary>
    public long? Limit { get; init; }

    /// <summary>Whose limit that is; null where a namespace hides it.</summary>
    public string? LimitPath { get; init; }

    /// <summary>What is charged to that group; null where it is hidden.</summary>
    public long? LimitUsed { get; init; }

    /// <summary>The least that the group and those around it may still be charged; null for no limit.</summary>
    public long? Left { get; init; }

    /// <summary>The least <c>memory.high</c> of the group and those around it; null for none.</summary>
    public long? High { get; init; }
}
