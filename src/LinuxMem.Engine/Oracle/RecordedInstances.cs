using System.Text.Json.Serialization;
using System.Text.Json;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>What instances answered, as a snapshot keeps it.</summary>
internal static class RecordedInstances
{
    /// <summary>The most instances that a snapshot keeps: anybody can call thousands of processes so.</summary>
    private const int MaxInstances = 2048;

    /// <summary>Converts them to what a snapshot keeps: the first 2,048.</summary>
    /// <param name="instances">The instances found.</param>
    /// <param name="warnings">Takes what there is no room for.</param>
    public static JsonElement ToJson(IReadOnlyList<OracleInstance> instances, List<string> warnings)
    {
        (List<OracleInstance> kept, List<OracleInstance> without) = FairShare.Of(
            [.. instances.Take(MaxInstances)],
            instance => instance.User ?? string.Empty,
            instance => JsonSerializer.SerializeToUtf8Bytes(instance, OracleInstanceJson.Default.OracleInstance).Length + 1,
            SnapshotManifest.InstanceRoom);
        without.AddRange(instances.Skip(MaxInstances));
        LeftOut.Tell(warnings, without.Count, "Oracle instances", SnapshotManifest.InstanceRoom, LeftOut.OfUsers(without.Select(instance => instance.User)), "Their processes are, but are of no instance there.", MaxInstances);
        return JsonSerializer.SerializeToElement([.. kept], OracleInstanceJson.Default.OracleInstanceArray);
    }

    /// <summary>The instances recorded; null where none were asked.</summary>
    /// <exception cref="LinuxMemException">They are not well formed (<see cref="LinuxMemError.InvalidSnapshot"/>).</exception>
    public static OracleInstance[]? Read(Machine machine)
    {
        if (machine.RecordedOracle is not JsonElement recorded)
        {
            return null;
        }

        OracleInstance[]? instances = null;
        try
        {
            instances = recorded.Deserialize(OracleInstanceJson.Default.OracleInstanceArray);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException or ArgumentException)
        {
            // Said below.
        }

        Array.ForEach(instances ?? [], instance => instance?.Origin = machine.Origin);
        return instances is not null && Array.TrueForAll(instances, instance => instance is { Sid: not null, Status: not null, Kind: not null, Sga: null or >= 0, Pga: null or >= 0, Processes: >= 0 })
            ? instances
            : throw SnapshotManifest.Invalid(machine.Path, "says of Oracle instances what cannot be");
    }
}

/// <summary>Source-generated JSON: no reflection at run time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OracleInstance[]))]
internal sealed partial class OracleInstanceJson : JsonSerializerContext;
