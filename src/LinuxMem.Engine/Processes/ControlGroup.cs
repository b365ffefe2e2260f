namespace LinuxMem.Engine.Processes;

/// <summary>
/// What the path of a control group tells: the unit, container, pod or job that it belongs to. Where no known form says
/// what it is, it is known by its path, and never by the unit around it.
/// </summary>
internal sealed class ControlGroup
{
    private ControlGroup(string hierarchy, string path)
    {
        string prefix = hierarchy.Length == 0 ? string.Empty : hierarchy + ":";
        var reader = new ControlGroupReader(path);
        Path = path;
        Key = prefix + reader.Key;
        WholeKey = prefix + path;
        Unit = reader.Unit is (string unitKey, string unit) ? new Named(prefix + unitKey, unit, reader.PlaceOf(unitKey)) : null;
        Container = reader.Container is ControlGroupContainer container ? container with { Key = prefix + container.Key } : null;
        Pod = reader.Pod is (string podKey, string uid) ? new Named(prefix + podKey, uid, reader.PlaceOf(podKey)) : null;
        Place = reader.PlaceOf(reader.Key);
        Form = reader.Form;
        OwnName = reader.OwnName;
        IsBelowUser = reader.IsBelowUser;
        Hierarchy = hierarchy;
        Bearer = reader.Container?.Key ?? reader.Pod?.Key;
    }

    /// <summary>The path as the kernel tells it.</summary>
    public string Path { get; }

    /// <summary>
    /// What tells the group apart: the path up to the unit, container, pod or job; the whole path where none is known. A
    /// controller of version 1 stands before it, as in <c>memory:/x</c>, where only that hierarchy has it.
    /// </summary>
    public string Key { get; }

    /// <summary>The same for the whole path.</summary>
    public string WholeKey { get; }

    /// <summary>The systemd unit that the processes belong to; not that of an engine around their container.</summary>
    public Named? Unit { get; }

    /// <summary>The container; null for processes outside of any, such as the monitors of containers.</summary>
    public ControlGroupContainer? Container { get; }

    /// <summary>The pod, by its uid.</summary>
    public Named? Pod { get; }

    /// <summary>Whose the unit or container is where several have one of that name: <c>system</c>, <c>user 1000</c>, <c>machine web1</c>.</summary>
    public string Place { get; }

    /// <summary>
    /// True below the slice of a user other than root: in what systemd hands on to him there (<c>user@1000.service</c>) he names groups as he likes, and
    /// an engine that root runs has its containers elsewhere.
    /// </summary>
    public bool IsBelowUser { get; }

    /// <summary>The controllers of its hierarchy; empty for version 2 and systemd's own.</summary>
    public string Hierarchy { get; }

    /// <summary>The path up to the container, or else the pod; null outside of both.</summary>
    public string? Bearer { get; }

    /// <summary>The same with the hierarchy before it, as in keys.</summary>
    public string? BearerKey => Container?.Key ?? Pod?.Key;

    private ControlGroupForm Form { get; }

    private string OwnName { get; }

    /// <summary>Reads a path.</summary>
    /// <param name="path">The path, as in <c>/proc/PID/cgroup</c>.</param>
    /// <param name="hierarchy">The controllers of a hierarchy of version 1; empty for version 2 and systemd's own, which hold the same.</param>
    public static ControlGroup Of(string path, string hierarchy = "")
    {
        ArgumentNullException.ThrowIfNull(path);
        return new ControlGroup(hierarchy, path);
    }

    /// <summary>The short name, such as <c>sshd.service</c>, <c>docker:web</c> or <c>pod:shop/cart-0/containerd:redis</c>.</summary>
    /// <param name="names">Knows the names of containers; ids are shown for those that it does not know.</param>
    public string Name(ControlGroupNames names) => Form switch
    {
        ControlGroupForm.Container when Pod is not null => $"pod:{PodName(names)}/{ContainerName(names)}",
        ControlGroupForm.Container => ContainerName(names)!,
        ControlGroupForm.Monitor when Pod is not null => $"pod:{PodName(names)}/{OwnName}",
        ControlGroupForm.Pod => $"pod:{PodName(names)}",
        _ => OwnName,
    };

    /// <summary>Longer names, for groups whose short ones are the same.</summary>
    public IEnumerable<string> LongerNames(ControlGroupNames names)
    {
        string name = Name(names);
        switch (Form)
        {
            case ControlGroupForm.Unknown:
                break;
            case ControlGroupForm.Container when name.Contains(Container!.ShortId, StringComparison.Ordinal):
                yield return $"{name} ({Place})";
                break;
            case ControlGroupForm.Container:
                yield return $"{name} ({Container!.ShortId})";
                break;
            default:
                yield return $"{name} ({Place})";
                break;
        }

        yield return Key;
    }

    /// <summary>Every text that reports show for it, beside its path.</summary>
    public IEnumerable<string> AllNames(ControlGroupNames names) => LongerNames(names).Prepend(Name(names));

    /// <summary>The name of the container: that of its engine and its own, such as <c>podman:web</c>; null outside of containers.</summary>
    public string? ContainerName(ControlGroupNames names) => Container is null ? null
        : IsForged(Container.Id, names) ? $"{Container.Engine}:{Container.ShortId} ({names.PlaceOf(this, Place)})"
        : $"{Container.Engine}:{BareName(names) ?? Container.ShortId}";

    /// <summary>Longer names of the container, for several whose short ones are the same.</summary>
    public IEnumerable<string> LongerContainerNames(ControlGroupNames names) => Container is null ? []
        : [$"{ContainerName(names)} ({(BareName(names) is null ? Place : Container.ShortId)})", Container.Key];

    /// <summary>Every text by which the container is found, beside its name.</summary>
    public IEnumerable<string> AllContainerNames(ControlGroupNames names) => Container is null ? []
        : IsForged(Container.Id, names) ? [Container.Key]
        : [BareName(names) ?? Container.Id, Container.ShortId, Container.Id, $"{Container.Engine}:{Container.ShortId}", .. LongerContainerNames(names)];

    /// <summary>The name of the pod as <c>namespace/name</c>, or its uid where that is not known; null outside of pods.</summary>
    public string? PodName(ControlGroupNames names) => Pod is not Named pod ? null
        : IsForged(pod.Name, names) ? $"{pod.Name} ({names.PlaceOf(this, pod.Place)})"
        : (names.IsOfUser(this) ? null : names.OfPod(pod.Name)) ?? pod.Name;

    /// <summary>Longer names of the pod, for several whose short ones are the same.</summary>
    public IEnumerable<string> LongerPodNames(ControlGroupNames names) => Pod is Named pod ? [$"{PodName(names)} ({pod.Name})", pod.Key] : [];

    /// <summary>Every text by which the pod is found, beside its name.</summary>
    public IEnumerable<string> AllPodNames(ControlGroupNames names) => Pod is Named pod
        ? IsForged(pod.Name, names) ? [pod.Key] : [PodName(names)!.Split('/')[^1], pod.Name, .. LongerPodNames(names)]
        : [];

    private string? BareName(ControlGroupNames names) => Container is { HasName: false } container && !names.IsOfUser(this) ? names.Of(container.Id)?.Name : null;

    /// <summary>True for a container or pod of a user's that has the id of one of the machine's.</summary>
    private bool IsForged(string id, ControlGroupNames names) => names.IsOfUser(this) && names.IsTaken(id);

    /// <summary>A name, and the key that tells what bears it apart from others of that name.</summary>
    /// <param name="Key">The path up to it.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Place">Whose it is, as <see cref="ControlGroup.Place"/>.</param>
    public readonly record struct Named(string Key, string Name, string Place)
    {
        /// <summary>Longer names, for several of the same name.</summary>
        public IEnumerable<string> LongerNames => [$"{Name} ({Place})", Key];
    }
}

/// <summary>A container, as the path of a control group names it.</summary>
/// <param name="Key">The path up to it.</param>
/// <param name="Engine">What made it: <c>docker</c>, <c>podman</c>, <c>containerd</c>, <c>cri-o</c>, <c>lxc</c>, <c>machine</c>, …; <c>container</c> where the path does not say.</param>
/// <param name="Id">Its whole id, or its name where it has no id (LXC, machines).</param>
internal sealed record ControlGroupContainer(string Key, string Engine, string Id)
{
    /// <summary>The engine of containers of LXC, LXD and Incus.</summary>
    public const string Lxc = "lxc";

    /// <summary>The engine of containers that systemd-machined knows.</summary>
    public const string Machine = "machine";

    private const int ShortIdLength = 12;

    /// <summary>The 12 digits of an id that docker and podman show; a name whole.</summary>
    public string ShortId => HasName ? Id : Id[..ShortIdLength];

    /// <summary>True where the path has the name and not an id.</summary>
    public bool HasName => Engine is Lxc or Machine;
}

/// <summary>What the known part of a path ends with.</summary>
internal enum ControlGroupForm
{
    /// <summary>Nothing that is known: the path is the name.</summary>
    Unknown,

    /// <summary>A slice with nothing below it.</summary>
    Slice,

    /// <summary>A unit of systemd's.</summary>
    Unit,

    /// <summary>A container, whatever is in it.</summary>
    Container,

    /// <summary>The process that looks after a container, outside of it.</summary>
    Monitor,

    /// <summary>A pod, outside of its containers.</summary>
    Pod,

    /// <summary>A job of a batch system.</summary>
    Job,
}
