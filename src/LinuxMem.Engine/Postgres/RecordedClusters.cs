using System.Text.Json;
using System.Text.Json.Serialization;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Postgres;

/// <summary>What the files of clusters told, as a snapshot keeps it: the figures come from its page maps.</summary>
internal static class RecordedClusters
{
    /// <summary>The most clusters that a snapshot keeps: anybody can run thousands.</summary>
    private const int MaxClusters = 1024;

    /// <summary>Converts it to what a snapshot keeps.</summary>
    /// <param name="clusters">The clusters found.</param>
    /// <param name="warnings">Takes what there is no room for.</param>
    public static JsonElement ToJson(IReadOnlyList<ServerCluster> clusters, List<string> warnings)
    {
        (List<ServerCluster> kept, List<ServerCluster> without) = FairShare.Of(
            [.. clusters.Take(MaxClusters)],
            cluster => cluster.Postmaster.Uid ?? 0,
            cluster => JsonSerializer.SerializeToUtf8Bytes(cluster.Facts, ClusterFactsJson.Default.ClusterFacts).Length + 1,
            SnapshotManifest.InstanceRoom);
        without.AddRange(clusters.Skip(MaxClusters));
        LeftOut.Tell(warnings, without.Count, "PostgreSQL clusters", SnapshotManifest.InstanceRoom, LeftOut.OfUsers(without.Select(cluster => (object?)cluster.Postmaster.Uid)), "Their processes are, but are of no cluster there.", MaxClusters);
        return JsonSerializer.SerializeToElement([.. kept.Select(cluster => cluster.Facts)], ClusterFactsJson.Default.ClusterFactsArray);
    }

    /// <summary>What was recorded; null where nothing was.</summary>
    /// <exception cref="LinuxMemException">It is not well formed (<see cref="LinuxMemError.InvalidSnapshot"/>).</exception>
    public static ClusterFacts[]? Read(Machine machine)
    {
        if (machine.RecordedPostgres is not JsonElement recorded)
        {
            return null;
        }

        ClusterFacts[]? all = null;
        try
        {
            all = recorded.Deserialize(ClusterFactsJson.Default.ClusterFactsArray);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException or ArgumentException)
        {
            // Said below.
        }

        return all is { Length: <= MaxClusters } && Array.TrueForAll(all, one => one is { IsSound: true })
            ? all
            : throw SnapshotManifest.Invalid(machine.Path, "says of PostgreSQL what cannot be");
    }
}

/// <summary>Source-generated JSON: no reflection at run time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterFacts[]))]
internal sealed partial class ClusterFactsJson : JsonSerializerContext;
