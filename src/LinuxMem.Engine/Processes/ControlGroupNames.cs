using System.Collections.Concurrent;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Processes;

/// <summary>The control groups of one listing, each path read once, and the names of what they hold.</summary>
internal sealed class ControlGroupNames
{
    private readonly ContainerNames containers;
    private readonly ConcurrentDictionary<(string Hierarchy, string Path), ControlGroup> groups = new();
    private readonly Lazy<Dictionary<string, string>> pods;

    /// <summary>Names nothing yet.</summary>
    /// <param name="containers">Knows the containers.</param>
    /// <param name="all">The control groups of all processes, asked for when the name of a pod is.</param>
    public ControlGroupNames(ContainerNames containers, Func<IEnumerable<ControlGroup?>> all)
    {
        this.containers = containers;
        pods = new Lazy<Dictionary<string, string>>(() => Pods(all()));
    }

    /// <summary>No names at all: ids are shown.</summary>
    public static ControlGroupNames None { get; } = new(ContainerNames.None, () => []);

    /// <summary>What a path tells.</summary>
    public ControlGroup Read(string path, string hierarchy) => groups.GetOrAdd((hierarchy, path), static key => ControlGroup.Of(key.Path, key.Hierarchy));

    /// <summary>What is known of a container.</summary>
    public ContainerFacts? Of(string id) => containers.Of(id);

    /// <summary>The name of a pod, which the containers in it tell; null when not known.</summary>
    public string? OfPod(string uid) => pods.Value.GetValueOrDefault(uid);

    private Dictionary<string, string> Pods(IEnumerable<ControlGroup?> all)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ControlGroup group in all.OfType<ControlGroup>().Distinct())
        {
            if (group is { IsOfUserManager: false, Pod: ControlGroup.Named pod, Container: ControlGroupContainer container } && !found.ContainsKey(pod.Name) && containers.Of(container.Id)?.Pod is string name)
            {
                found.Add(pod.Name, name);
            }
        }

        return found;
    }
}
