using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// What a snapshot says of its machine beside the files of /proc: the file <c>linuxmem.json</c> in it. It is
/// written last, so an archive that has it is whole.
/// </summary>
internal sealed class SnapshotManifest
{
    /// <summary>The version of the format that this program writes, and the newest it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The longest description, in bytes: in memory it may take ten times as much.</summary>
    internal const int MaxFile = 32 << 20;

    /// <summary>The bytes in it that shared memory objects may take, when it is written; control groups; instances of each kind of database.</summary>
    internal const int ObjectRoom = 12 << 20;

    /// <inheritdoc cref="ObjectRoom"/>
    internal const int CgroupRoom = 4 << 20;

    /// <inheritdoc cref="ObjectRoom"/>
    internal const int InstanceRoom = 2 << 20;

    /// <summary>More users, segments (SHMMNI is 32,768 at the most) and mounts (fs.mount-max is 100,000) than any machine has.</summary>
    private const int MaxThings = 1 << 17;

    /// <summary>More files that could not be read than a snapshot has files.</summary>
    private const int MaxRefused = 1 << 20;

    /// <summary>The longest name of a device or user, in characters.</summary>
    private const int MaxName = 256;

    /// <summary>More devices, and more sizes of pages, than any kernel has.</summary>
    private const int MaxKinds = 64;

    /// <summary>The most shared memory objects.</summary>
    private const int MaxObjects = 1 << 17;

    private const int MaxDevices = 1 << 16;

    /// <summary>The file, with a NUL byte behind its name.</summary>
    public static ReadOnlySpan<byte> FileName => "linuxmem.json\0"u8;

    /// <summary>The version of the format.</summary>
    public int Version { get; set; }

    /// <summary>When it was taken, in UTC.</summary>
    public DateTime TakenAt { get; set; }

    /// <summary>The host name of the machine; null when not known.</summary>
    public string? HostName { get; set; }

    /// <summary>The kernel's release (uname(2)), such as <c>5.14.0-503.el9</c>.</summary>
    public string Kernel { get; set; } = string.Empty;

    /// <summary>The size of a base page in bytes.</summary>
    public ulong PageSize { get; set; }

    /// <summary>The sizes that hugetlb offers, in bytes.</summary>
    public ulong[] HugePageSizes { get; set; } = [];

    /// <summary>The size of transparent huge pages in bytes; null for what follows from the base page.</summary>
    public ulong? TransparentPageSize { get; set; }

    /// <summary>Bytes of hugetlb pages that hold something; null when not known.</summary>
    public long? HugetlbInUse { get; set; }

    /// <summary>How many swap areas the kernel allows; null when not known.</summary>
    public ulong? SwapAreas { get; set; }

    /// <summary>The first and the last frame of the zero page; null when not known.</summary>
    public ulong[]? ZeroFrames { get; set; }

    /// <summary>The devices that SysV segments lie on.</summary>
    public SegmentDevice[] SegmentDevices { get; set; } = [];

    /// <summary>The inode of the IPC namespace that the snapshot was taken in.</summary>
    public ulong IpcNamespace { get; set; }

    /// <summary>The names of the users seen.</summary>
    public Dictionary<uint, string> Users { get; set; } = [];

    /// <summary>Why the names of users were not known, as a clause; null where they were.</summary>
    public string? WhyNoUsers { get; set; }

    /// <summary>What was known of the containers seen, by their ids.</summary>
    public Dictionary<string, ContainerFacts> Containers { get; set; } = [];

    /// <summary>The control groups of containers and pods that root alone can have named; null in snapshots of before it was recorded, and of copies.</summary>
    public string[]? RootsControlGroups { get; set; }

    /// <summary>Files that could not be read, with the error numbers.</summary>
    public Dictionary<string, int> Refused { get; set; } = [];

    /// <summary>What the tmpfs mounts said, by the numbers of the mounts.</summary>
    public Dictionary<int, TmpfsAnswer> Tmpfs { get; set; } = [];

    /// <summary>The pages of the SysV segments, by shmid.</summary>
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public Dictionary<ulong, SegmentPages> Segments { get; set; } = new(NumberHash.Instance);

    /// <summary>The devices whose files are memory.</summary>
    public RecordedDevice[] MemoryDevices { get; set; } = [];

    /// <summary>The shared memory objects; null in snapshots that were taken before there were any.</summary>
    public RecordedObject[]? Objects { get; set; }

    /// <summary>What sysfs told of the memory; null in snapshots of before it was recorded.</summary>
    public SysfsMemory? Sysfs { get; set; }

    /// <summary>What the memory controller told of control groups; null in snapshots of before it was recorded.</summary>
    public RecordedCgroups? Cgroups { get; set; }

    /// <summary>What the Oracle instances answered, as the room Oracle writes it; null when they were not asked.</summary>
    public JsonElement? Oracle { get; set; }

    /// <summary>What the files of PostgreSQL's clusters told, as the room Postgres writes it; null in snapshots of before it was recorded.</summary>
    public JsonElement? Postgres { get; set; }

    /// <summary>The kernel's version as numbers; 0.0 when it has none.</summary>
    [JsonIgnore]
    public Version KernelVersion
    {
        get
        {
            int end = Kernel.AsSpan().IndexOfAnyExcept("0123456789.");
            return System.Version.TryParse(end < 0 ? Kernel : Kernel.AsSpan(0, end), out Version? version) ? version : new Version(0, 0);
        }
    }

    /// <summary>Reads and checks the file.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="path">The snapshot, for messages.</param>
    /// <exception cref="LinuxMemException">It is not well formed, or of a newer version (<see cref="LinuxMemError.InvalidSnapshot"/>).</exception>
    public static SnapshotManifest Read(OpenedFile file, string path)
    {
        byte[] bytes = new byte[16384];
        int length = 0;
        for (int n = file.ReadAt(bytes, 0); n > 0; n = file.ReadAt(bytes.AsSpan(length), length))
        {
            length += n;
            if (length == bytes.Length)
            {
                if (length >= MaxFile)
                {
                    throw Invalid(path, "is too long");
                }

                Array.Resize(ref bytes, length * 2);
            }
        }

        SnapshotManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(bytes.AsSpan(0, length), SnapshotManifestJson.Default.SnapshotManifest);
            Check(manifest?.Oracle);
            Check(manifest?.Postgres);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw Invalid(path, "is not well formed", e);
        }

        if (manifest?.Version > CurrentVersion)
        {
            throw new LinuxMemException(LinuxMemError.InvalidSnapshot, string.Create(CultureInfo.InvariantCulture, $"The snapshot '{path}' was written by a newer LinuxMem (format {manifest.Version}; this one reads up to {CurrentVersion}). Use a newer version to read it."), path);
        }

        return manifest is { Version: > 0 } && manifest.IsSound() ? manifest : throw Invalid(path, "says what cannot be");
    }

    /// <summary>The file's bytes.</summary>
    /// <exception cref="LinuxMemException">They would be more than are read again.</exception>
    public byte[] ToBytes()
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(this, SnapshotManifestJson.Default.SnapshotManifest);
        return bytes.Length < MaxFile
            ? bytes
            : throw new LinuxMemException(LinuxMemError.SystemError, string.Create(CultureInfo.InvariantCulture, $"No snapshot can be taken of this machine: what it would say of users, mounts and segments takes {bytes.Length >> 20} MiB, and {MaxFile >> 20} MiB are read of it. Take one of fewer processes, with a filter."));
    }

    /// <summary>What is thrown for a description that is wrong.</summary>
    internal static LinuxMemException Invalid(string path, string what, Exception? inner = null) =>
        new(LinuxMemError.InvalidSnapshot, $"The snapshot '{path}' is damaged: its description, '{SnapshotArchive.Text(FileName)}', {what}. Copy the file again, or take a new snapshot.", path, inner);

    /// <summary>What is kept as JSON, its strings are not decoded yet. Writing it finds invalid ones (half a surrogate pair).</summary>
    private static void Check(JsonElement? kept)
    {
        if (kept is JsonElement json)
        {
            using var writer = new Utf8JsonWriter(Stream.Null);
            json.WriteTo(writer);
        }
    }

    /// <summary>Checks everything that arithmetic relies on, once; and that no list is missing.</summary>
    private bool IsSound() =>
        PageSizes.IsBase(PageSize)
        && HugePageSizes is { Length: <= MaxKinds } && Array.TrueForAll(HugePageSizes, IsHugePage)
        && (TransparentPageSize is not ulong size || IsHugePage(size))
        && HugetlbInUse is null or >= 0
        && SwapAreas is null or (>= PagemapEntry.LeastSwapAreas and <= PagemapEntry.SwapTypes)
        && (ZeroFrames is null || (ZeroFrames.Length == 2 && ZeroFrames[0] <= ZeroFrames[1] && ZeroFrames[1] - ZeroFrames[0] < ZeroPagePfns.MaxCount))
        && HostName is null or { Length: > 0 and <= HostnameFile.MaxLength }
        && SegmentDevices is { Length: <= MaxKinds } && Array.TrueForAll(SegmentDevices, device => device?.Device is { Length: <= MaxName } && IsPage(device.PageSize))
        && MemoryDevices is { Length: <= MaxDevices } && Array.TrueForAll(MemoryDevices, device => device?.Device is { Length: <= MaxName } && Enum.IsDefined(device.Home))
        && (Objects is null || AreSound(Objects))
        && (Sysfs is null || Sysfs.IsSound(PageSize))
        && (Cgroups is null || Cgroups.IsSound())
        && Kernel is { Length: <= MaxName } && Users is { Count: <= MaxThings } && Refused is { Count: <= MaxRefused } && Segments is { Count: <= MaxThings }
        && Users.Values.All(name => name is { Length: <= MaxName }) && Containers is { Count: <= MaxThings } && !Containers.ContainsValue(null!)
        && (RootsControlGroups is null || (RootsControlGroups.Length <= MaxThings && Array.TrueForAll(RootsControlGroups, key => key is not null)))
        && Refused.Values.All(error => error is > 0 and < 4096)
        && Tmpfs is { Count: <= MaxThings } && Tmpfs.Values.All(answer => answer?.Status is not null)
        && Segments.Values.All(pages => pages is not null && IsPage(pages.PageSize) && IsCount(pages.Base, PageSize) && IsCount(pages.Mega, 2 << 20) && IsCount(pages.Giga, 1 << 30));

    /// <summary>Sizes of which also the sum is a number.</summary>
    private bool AreSound(RecordedObject[] objects)
    {
        ulong sum = 0;
        foreach (RecordedObject? one in objects)
        {
            if (one is not { Path: not null, Pids: not null, OpenPids: not null } || !Enum.IsDefined(one.Home) || !IsPage(one.PageSize)
                || one.Size > long.MaxValue || one.Bytes > (ulong)long.MaxValue - sum || one.Resident > one.Bytes || one.Inode > long.MaxValue)
            {
                return false;
            }

            sum += one.Bytes;
        }

        return objects.Length <= MaxObjects;
    }

    private bool IsHugePage(ulong size) => PageSizes.IsHuge(size, PageSize);

    /// <summary>0 stands for a size that is not known.</summary>
    private bool IsPage(ulong size) => size == 0 || size == PageSize || IsHugePage(size);

    /// <summary>True for a number of pages whose bytes are a number, too.</summary>
    private static bool IsCount(long? pages, ulong size) => pages is null || (pages >= 0 && (ulong)pages <= long.MaxValue / size);
}

/// <summary>What a tmpfs mount said when a snapshot was taken.</summary>
/// <param name="Status">As <see cref="TmpfsMount.Status"/>.</param>
/// <param name="Usage">What statvfs(3) said; null where it was not answered.</param>
internal sealed record TmpfsAnswer(string Status, Statvfs.Usage? Usage);

/// <summary>A device that SysV segments lie on.</summary>
/// <param name="Device">The device, as <c>major:minor</c>.</param>
/// <param name="PageSize">The size of the pages of segments there, in bytes.</param>
internal sealed record SegmentDevice(string Device, ulong PageSize);

/// <summary>What a SysV segment is made of.</summary>
/// <param name="PageSize">The size of its pages in bytes; 0 when not known.</param>
/// <param name="Base">Base pages in memory; null, like the others, when not known.</param>
/// <param name="Mega">Pages of 2 MiB.</param>
/// <param name="Giga">Pages of 1 GiB.</param>
internal sealed record SegmentPages(ulong PageSize, long? Base, long? Mega, long? Giga);

/// <summary>A device whose files are memory.</summary>
/// <param name="Device">The device, as <c>major:minor</c> in hex.</param>
/// <param name="Home">What it is.</param>
internal sealed record RecordedDevice(string Device, ObjectHome Home);

/// <summary>A shared memory object.</summary>
internal sealed record RecordedObject
{
    /// <summary>The minor number of its device; the major is 0.</summary>
    public uint Minor { get; init; }

    /// <summary>Its inode; the shmid of a segment.</summary>
    public ulong Inode { get; init; }

    /// <summary>Of a SysV segment when it was made, in nanoseconds since 1970; else 0.</summary>
    public long Segment { get; init; }

    /// <summary>What its device is.</summary>
    public ObjectHome Home { get; init; }

    /// <summary>The kernel's name for it.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>False for what nobody may look at.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>Its length in bytes.</summary>
    public ulong Size { get; init; }

    /// <summary>Bytes in memory and swapped out.</summary>
    public ulong Bytes { get; init; }

    /// <summary>Of these, bytes in memory.</summary>
    public ulong Resident { get; init; }

    /// <summary>The size of its pages in bytes.</summary>
    public ulong PageSize { get; init; }

    /// <summary>True when its name is gone.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Of a SysV segment, who has it attached; of another object, who has it mapped, where a second one has its number.</summary>
    public int[] Pids { get; init; } = [];

    /// <summary>Who has it open and not mapped.</summary>
    public int[] OpenPids { get; init; } = [];
}

/// <summary>How the manifest is read and written, worked out by the compiler: nothing is looked up by name at run time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SnapshotManifest))]
internal sealed partial class SnapshotManifestJson : JsonSerializerContext;
