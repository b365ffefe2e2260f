using System.Collections.Concurrent;
using System.Globalization;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Processes;

/// <summary>The control groups of one listing, each path read once, and the names of what they hold.</summary>
internal sealed class ControlGroupNames
{
    private readonly ContainerNames containers;
    private readonly Func<string, string, long?> ownerOf;
    private readonly ConcurrentDictionary<Place, Owner> owners = new();
    private readonly ConcurrentDictionary<Place, ControlGroup> groups = new();
    private readonly Lazy<Dictionary<string, string>> pods;
    private readonly Lazy<HashSet<string>> taken;

    /// <summary>Names nothing yet.</summary>
    /// <param name="containers">Knows the containers.</param>
    /// <param name="all">The control groups of all processes, asked for when the name of a pod is.</param>
    /// <param name="ownerOf">Knows who may have named a group (<see cref="ControlGroupOwners"/>); null where nobody does.</param>
    public ControlGroupNames(ContainerNames containers, Func<IEnumerable<ControlGroup?>> all, Func<string, string, long?>? ownerOf = null)
    {
        this.containers = containers;
        this.ownerOf = ownerOf ?? ((_, _) => null);
        pods = new Lazy<Dictionary<string, string>>(() => Pods(all()));
        taken = new Lazy<HashSet<string>>(() => [.. all().Where(group => group is not null && !IsOfUser(group)).SelectMany(group => new[] { group!.Container?.Id, group.Pod?.Name }).OfType<string>()]);
    }

    /// <summary>No names at all: ids are shown.</summary>
    public static ControlGroupNames None { get; } = new(ContainerNames.None, () => []);

    /// <summary>What a path tells.</summary>
    public ControlGroup Read(string path, string hierarchy) => groups.GetOrAdd(new Place(hierarchy, path), static key => ControlGroup.Of(key.Path, key.Hierarchy));

    /// <summary>What is known of a container.</summary>
    public ContainerFacts? Of(string id) => containers.Of(id);

    /// <summary>The name of a pod, which the containers in it tell; null when not known.</summary>
    public string? OfPod(string uid) => pods.Value.GetValueOrDefault(uid);

    /// <summary>
    /// True for a container or pod whose control group another than root may have named: it gets nothing of what root's engines wrote down. Where
    /// no owner is known, its path decides.
    /// </summary>
    public bool IsOfUser(ControlGroup group) => OwnerOf(group) is long owner ? owner != 0 : group.IsBelowUser;

    /// <summary>Whose a container or pod is, to be shown where another bears the same name.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="place">What the path tells.</param>
    public string PlaceOf(ControlGroup group, string place) => group.IsBelowUser ? place : OwnerOf(group) switch
    {
        > 0 and long uid => string.Create(CultureInfo.InvariantCulture, $"user {uid}"),
        ControlGroupOwners.Unknown => "owner not known",
        _ => place,
    };

    /// <summary>The keys of those groups that root alone can have named, for a snapshot; null where nothing tells the owners.</summary>
    public string[]? RootsAmong(IEnumerable<ControlGroup?> groups)
    {
        ControlGroup[] named = [.. groups.OfType<ControlGroup>().Where(group => group.Bearer is not null).Distinct()];
        return named.Any(group => OwnerOf(group) is null) ? null : [.. named.Where(group => OwnerOf(group) == 0).Select(group => group.BearerKey!).Distinct(StringComparer.Ordinal)];
    }

    private long? OwnerOf(ControlGroup group) => group.Bearer is string path ? owners.GetOrAdd(new Place(group.Hierarchy, path), key => new Owner(ownerOf(key.Hierarchy, key.Path))).Uid : null;

    /// <summary>True for the id of a container or pod that is no user's own.</summary>
    public bool IsTaken(string id) => taken.Value.Contains(id);

    private Dictionary<string, string> Pods(IEnumerable<ControlGroup?> all)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ControlGroup group in all.OfType<ControlGroup>().Distinct())
        {
            if (group is { Pod: ControlGroup.Named pod, Container: ControlGroupContainer container } && !IsOfUser(group) && !found.ContainsKey(pod.Name) && containers.Of(container.Id)?.Pod is string name)
            {
                found.Add(pod.Name, name);
            }
        }

        return found;
    }

    private sealed record Place(string Hierarchy, string Path);

    private sealed record Owner(long? Uid);
}
