namespace LinuxMem.Engine.Sources;

/// <summary>The names of containers by their ids, as far as the machine tells them.</summary>
internal abstract class ContainerNames
{
    /// <summary>None is known.</summary>
    public static ContainerNames None { get; } = new Nothing();

    /// <summary>What is known of a container; null for nothing.</summary>
    /// <param name="id">Its whole id.</param>
    public abstract ContainerFacts? Of(string id);

    /// <summary>Those that were written down.</summary>
    public static ContainerNames Recorded(IReadOnlyDictionary<string, ContainerFacts> containers) => new Written(containers);

    private sealed class Written(IReadOnlyDictionary<string, ContainerFacts> containers) : ContainerNames
    {
        public override ContainerFacts? Of(string id) => containers.GetValueOrDefault(id);
    }

    private sealed class Nothing : ContainerNames
    {
        public override ContainerFacts? Of(string id) => null;
    }
}

/// <summary>What an engine wrote down about a container.</summary>
/// <param name="Name">Its name; null when not known.</param>
/// <param name="Pod">The pod that it belongs to, as <c>namespace/name</c>; null when not known, or when it belongs to none.</param>
internal sealed record ContainerFacts(string? Name, string? Pod);
