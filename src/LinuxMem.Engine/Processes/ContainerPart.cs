using System.Text.RegularExpressions;

namespace LinuxMem.Engine.Processes;

/// <summary>What one part of a control group's path tells of a container.</summary>
/// <remarks>
/// Knows Docker, Podman, containerd and CRI-O with the systemd driver (<c>docker-ID.scope</c>) and without (<c>/docker/ID</c>), also
/// inside the containers of kind and minikube; AWS ECS; LXC, LXD and Incus.
/// </remarks>
/// <param name="Engine">As <see cref="ControlGroupContainer.Engine"/>.</param>
/// <param name="Id">As <see cref="ControlGroupContainer.Id"/>.</param>
internal readonly partial record struct ContainerPart(string Engine, string Id)
{
    /// <summary>The name of the process that watches the container, where the group is its own; null for the container itself.</summary>
    public string? Monitor { get; private init; }

    /// <summary>True where the container is a part of the unit around it (<c>podman run --cgroups=split</c>), and belongs to it.</summary>
    public bool KeepsUnit { get; private init; }

    /// <summary>The slice that the part begins with: runc's <c>slice:prefix:name</c> for systemd, taken for a name by one that makes folders.</summary>
    public string? Slice { get; private init; }

    /// <summary>Reads a part; null for one that is no container's.</summary>
    /// <param name="part">The part.</param>
    /// <param name="previous">The one before it; empty for none.</param>
    public static ContainerPart? Of(string part, string previous)
    {
        if (Scoped().Match(part) is { Success: true } scoped)
        {
            var found = new ContainerPart(EngineOf(scoped.Groups["engine"].Value), scoped.Groups["id"].Value);
            return found with
            {
                Monitor = scoped.Groups["conmon"].Success ? $"{found.Engine}:{new ControlGroupContainer(string.Empty, found.Engine, found.Id).ShortId} (conmon)" : null,
                KeepsUnit = scoped.Groups["engine"].Value == "libpod-payload",
                Slice = scoped.Groups["slice"] is { Success: true } slice ? slice.Value : null,
            };
        }

        if (IsId(part))
        {
            return previous == PodPart.PodmanParent ? null : new ContainerPart(PlainEngine(previous), part);
        }

        return TaskId().IsMatch(part) ? new ContainerPart("ecs", part) : OfLxc(part, previous);
    }

    /// <summary>True for the id of a container or of a pod of Podman.</summary>
    public static bool IsId(string part) => Id64().IsMatch(part);

    private static ContainerPart? OfLxc(string part, string previous)
    {
        if ((After(part, "lxc.payload.") ?? (previous is "lxc" or "lxc.payload" ? part : null)) is string payload)
        {
            return new ContainerPart(ControlGroupContainer.Lxc, payload);
        }

        return (After(part, "lxc.monitor.") ?? (previous == "lxc.monitor" ? part : null)) is string watched
            ? new ContainerPart(ControlGroupContainer.Lxc, watched) { Monitor = $"{ControlGroupContainer.Lxc}:{watched} (monitor)" }
            : null;
    }

    private static string EngineOf(string prefix) => prefix switch
    {
        "libpod" or "libpod-payload" => "podman",
        "cri-containerd" or "nerdctl" => "containerd",
        "crio" => "cri-o",
        _ => prefix,
    };

    private static string PlainEngine(string previous) => previous switch
    {
        "docker" => "docker",
        "default" or "k8s.io" => "containerd",
        _ when ElasticTask().IsMatch(previous) => "docker",
        _ => "container",
    };

    private static string? After(string part, string prefix) =>
        part.Length > prefix.Length && part.StartsWith(prefix, StringComparison.Ordinal) ? part[prefix.Length..] : null;

    [GeneratedRegex("^(?:(?<slice>[^:]+\\.slice):)?(?<engine>docker|libpod-payload|libpod|crio|cri-containerd|containerd|nerdctl)(?:-(?<conmon>conmon))?[-:](?<id>[0-9a-f]{64})(?:\\.scope)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Scoped();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Id64();

    /// <summary>A container of a task of AWS Fargate.</summary>
    [GeneratedRegex("^[0-9a-f]{32}-[0-9]{1,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex TaskId();

    /// <summary>A task of AWS ECS.</summary>
    [GeneratedRegex("^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", RegexOptions.CultureInvariant)]
    private static partial Regex ElasticTask();
}
