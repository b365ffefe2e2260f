using System.Collections.Concurrent;
using System.Text.Json;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The names of containers from the files that the engines keep of them. No engine is asked: a daemon could be anybody's,
/// and could take its time.
/// </summary>
/// <remarks>
/// Docker's <c>config.v2.json</c>, the list of containers of Podman and CRI-O, and the <c>config.json</c> of the OCI runtime with its
/// annotations, or what runc remembers of them. Only files that root wrote are read (<see cref="RootFile"/>); containers of
/// ordinary users (rootless) go by their ids.
/// </remarks>
internal sealed class EngineContainerNames(Func<FileDescriptor> openRoot) : ContainerNames
{
    /// <summary>The most bytes of a file about one container.</summary>
    private const int MaxFile = 4 << 20;

    /// <summary>The most bytes of a list of all containers.</summary>
    private const int MaxList = 32 << 20;

    private const int MaxName = 256;

    private static readonly string[] Storages = ["var/lib/containers/storage", "run/containers/storage"];
    private static readonly string[] Drivers = ["overlay", "vfs", "btrfs", "zfs"];
    private static readonly string[] Bundles =
    [
        .. from daemon in new[] { "containerd", "k3s/containerd", "docker/containerd/daemon" }
           from space in new[] { "k8s.io", "default", "moby" }
           select $"run/{daemon}/io.containerd.runtime.v2.task/{space}",
    ];

    private static readonly string[] States = ["run/runc", "run/containerd/runc/k8s.io", "run/k3s/containerd/runc/k8s.io", "run/containerd/runc/default"];

    private readonly ConcurrentDictionary<string, ContainerFacts?> known = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, string>> listed = new(() => ReadLists(openRoot));
    private bool isLate;

    /// <inheritdoc/>
    public override ContainerFacts? Of(string id) => known.GetOrAdd(id, Find);

    private ContainerFacts? Find(string id)
    {
        // An id becomes a part of paths.
        if (id.Length is < 32 or > 128 || !id.All(c => char.IsAsciiHexDigitLower(c) || c == '-') || Volatile.Read(ref isLate))
        {
            return null;
        }

        ContainerFacts? found = BriefCall.Run(() => Read(id), out bool late);
        if (late)
        {
            Volatile.Write(ref isLate, true);
        }

        return found;
    }

    private ContainerFacts? Read(string id)
    {
        using FileDescriptor root = openRoot();
        return Docker(root, id) ?? Stored(root, id) ?? Bundles.Select(place => Bundle(root, $"{place}/{id}/config.json")).FirstOrDefault(facts => facts is not null)
            ?? States.Select(place => State(root, $"{place}/{id}/state.json")).FirstOrDefault(facts => facts is not null);
    }

    private static ContainerFacts? Docker(FileDescriptor root, string id) =>
        Parsed(RootFile.Read(root, $"var/lib/docker/containers/{id}/config.v2.json", MaxFile), file =>
        {
            ContainerFacts? labels = Member(Member(file, "Config"), "Labels") is JsonElement all ? Annotated(name => Text(all, name)) : null;
            string? own = Bounded(Text(file, "Name")?.TrimStart('/'));
            return own is null && labels is null ? null : new ContainerFacts(labels?.Name ?? own, labels?.Pod);
        });

    /// <summary>Podman and CRI-O, which share their storage.</summary>
    private ContainerFacts? Stored(FileDescriptor root, string id)
    {
        string? name = listed.Value.GetValueOrDefault(id);
        if (name is null)
        {
            return null;
        }

        foreach (string place in from storage in Storages from driver in Drivers select $"{storage}/{driver}-containers/{id}/userdata/config.json")
        {
            if (Bundle(root, place) is ContainerFacts annotated)
            {
                return annotated with { Name = annotated.Name ?? name };
            }
        }

        return new ContainerFacts(name, null);
    }

    private static ContainerFacts? Bundle(FileDescriptor root, string path) => Parsed(
        RootFile.Read(root, path, MaxFile),
        file => Member(file, "annotations") is JsonElement all ? Annotated(name => Text(all, name)) : null);

    private static ContainerFacts? State(FileDescriptor root, string path) => Parsed(RootFile.Read(root, path, MaxFile), file =>
    {
        if (Member(Member(file, "config"), "labels") is not { ValueKind: JsonValueKind.Array } labels)
        {
            return null;
        }

        string[] all = [.. labels.EnumerateArray().Where(label => label.ValueKind == JsonValueKind.String).Select(label => label.GetString()!)];
        return Annotated(name => all.FirstOrDefault(label => label.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..]);
    });

    /// <summary>What annotations (of containerd, CRI-O, nerdctl) or labels (of Kubernetes with Docker) say; null for nothing.</summary>
    private static ContainerFacts? Annotated(Func<string, string?> get)
    {
        bool isSandbox = (get("io.kubernetes.cri.container-type") ?? get("io.kubernetes.cri-o.ContainerType")) == "sandbox";
        string? name = Bounded(isSandbox ? "sandbox" : get("io.kubernetes.cri.container-name") ?? get("io.kubernetes.container.name") ?? get("nerdctl/name"));
        string? pod = Bounded(get("io.kubernetes.cri.sandbox-name") ?? get("io.kubernetes.pod.name"));
        string? space = Bounded(get("io.kubernetes.cri.sandbox-namespace") ?? get("io.kubernetes.pod.namespace"));
        return name is null && pod is null ? null : new ContainerFacts(name, pod is null ? null : space is null ? pod : $"{space}/{pod}");
    }

    private static Dictionary<string, string> ReadLists(Func<FileDescriptor> openRoot)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        using FileDescriptor root = openRoot();
        foreach (string path in from storage in Storages from driver in Drivers from file in new[] { "containers.json", "volatile-containers.json" } select $"{storage}/{driver}-containers/{file}")
        {
            Parsed(RootFile.Read(root, path, MaxList), list =>
            {
                foreach (JsonElement one in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default)
                {
                    if (Text(one, "id") is string id && Member(one, "names") is { ValueKind: JsonValueKind.Array } all
                        && all.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } first && Bounded(first.GetString()) is string name)
                    {
                        names.TryAdd(id, name);
                    }
                }

                return null;
            });
        }

        return names;
    }

    private static ContainerFacts? Parsed(byte[]? text, Func<JsonElement, ContainerFacts?> read)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            using JsonDocument file = JsonDocument.Parse(text);
            return read(file.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Written meanwhile, or of a form that is not known: the id is shown.
            return null;
        }
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } holder && holder.TryGetProperty(name, out JsonElement value) ? value : null;

    private static string? Text(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static string? Bounded(string? name) => name is { Length: > 0 and <= MaxName } ? name : null;
}
