using System.Text.Json;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>What the memory controller told of the control groups when a snapshot was taken.</summary>
internal sealed record RecordedCgroups
{
    /// <summary>The most groups that are written, with those around them; of more, those of the lowest process ids.</summary>
    public const int MaxGroups = 1 << 14;

    /// <summary>The longest path that the kernel shows (PATH_MAX), in bytes.</summary>
    private const int MaxPath = 4096;

    /// <summary>The most groups in each other, which bounds the work with one that is made up; of real ones hardly ten are.</summary>
    private const int MaxDepth = 128;

    /// <summary>The version of control groups: 1 or 2; 0 where none told.</summary>
    public int Version { get; init; }

    /// <summary>Why nothing is known of any group; null where it is.</summary>
    public string? WhyNot { get; init; }

    /// <summary>The groups by their paths, whose bytes stand as the characters of these numbers: JSON has no others.</summary>
    public Dictionary<string, CgroupUsage> Groups { get; init; } = [];

    /// <summary>The path as a key of <see cref="Groups"/>.</summary>
    public static string KeyOf(string path) => System.Text.Encoding.Latin1.GetString(SurrogateEscape.Encode(path));

    /// <summary>Bytes that a group takes as JSON.</summary>
    public static long SizeOf(KeyValuePair<string, CgroupUsage> group) =>
        JsonEncodedText.Encode(group.Key).EncodedUtf8Bytes.Length + JsonSerializer.SerializeToUtf8Bytes(group.Value, SnapshotManifestJson.Default.CgroupUsage).Length + 4;

    /// <summary>False for a group that lies too deep to be written.</summary>
    public static bool IsWritten(string path) => path.AsSpan().Count('/') <= MaxDepth;

    /// <summary>Checks what arithmetic relies on.</summary>
    public bool IsSound() =>
        Version is >= 0 and <= 2 && WhyNot is null or { Length: <= MaxPath } && Groups is { Count: <= 2 * MaxGroups }
        && Groups.All(group => group.Key.Length <= MaxPath && IsWritten(group.Key) && group.Value is not null && group.Value.IsSound());

    /// <summary>The groups to be read as those of a machine.</summary>
    public CgroupTree ToTree() => Version == 0 ? CgroupTree.Nothing(WhyNot ?? "the snapshot does not tell") : new Tree(this);

    private sealed class Tree(RecordedCgroups recorded) : CgroupTree
    {
        public override int Version => recorded.Version;

        public override CgroupUsage? Read(string path, out string? why)
        {
            CgroupUsage? usage = recorded.Groups.GetValueOrDefault(KeyOf(path));
            why = usage is null ? "the snapshot does not tell" : null;
            return usage;
        }
    }
}
