using System.Text.Json;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>A machine as a snapshot keeps it, in its file or in the folder that the file was unpacked to.</summary>
internal sealed class SnapshotMachine : Machine
{
    private readonly SnapshotManifest manifest;
    private readonly SnapshotFiles files;
    private readonly Lazy<RecordedObjects> objects;
    private readonly HashSet<string>? rootsGroups;

    private SnapshotMachine(string path, SnapshotFiles files, SnapshotManifest manifest)
        : base(path, manifest.PageSize)
    {
        this.files = files;
        this.manifest = manifest;
        Origin = new Origin(manifest.TakenAt == default ? null : manifest.TakenAt.ToLocalTime(), manifest.HostName, WholePath);
        Users = UserNames.Of(manifest.Users, manifest.WhyNoUsers);
        Containers = ContainerNames.Recorded(manifest.Containers);
        rootsGroups = manifest.RootsControlGroups is string[] keys ? [.. keys] : null;
        objects = new Lazy<RecordedObjects>(() => new RecordedObjects(manifest.Objects ?? []));
    }

    /// <inheritdoc/>
    public override string? NotRead => files.NotRead;

    /// <inheritdoc/>
    internal override bool EndsWithItsFile => files.EndOnceClosed;

    /// <summary>The file of a snapshot is unpacked to one of our own; a folder may lie where nobody answers.</summary>
    internal override bool AlwaysAnswers => files.EndOnceClosed;

    /// <inheritdoc/>
    internal override bool IsOfOneMoment => true;

    /// <inheritdoc/>
    internal override bool MasksEnvironments => true;

    /// <inheritdoc/>
    internal override string? WhyNotAsked => "not asked: read from a snapshot that was taken without asking";

    /// <inheritdoc/>
    internal override Origin Origin { get; }

    /// <inheritdoc/>
    internal override UserNames Users { get; }

    /// <inheritdoc/>
    internal override ContainerNames Containers { get; }

    /// <inheritdoc/>
    internal override long? OwnerOfControlGroup(string hierarchy, string path) =>
        rootsGroups is null ? null : rootsGroups.Contains(hierarchy.Length == 0 ? path : $"{hierarchy}:{path}") ? 0 : ControlGroupOwners.Unknown;

    /// <inheritdoc/>
    internal override Version? KernelVersion => manifest.KernelVersion;

    /// <inheritdoc/>
    internal override IReadOnlyList<ulong> HugetlbSizes => manifest.HugePageSizes;

    /// <inheritdoc/>
    internal override long? HugetlbInUse => manifest.HugetlbInUse;

    /// <inheritdoc/>
    internal override CgroupTree OpenCgroups() => manifest.Cgroups?.ToTree() ?? CgroupTree.Nothing("the snapshot was taken by a version that did not record it");

    /// <inheritdoc/>
    internal override SysfsMemory? ReadSysfs() => manifest.Sysfs;

    /// <inheritdoc/>
    internal override string WhyNoSysfs => "the snapshot was taken by a version that did not record it";

    /// <inheritdoc/>
    internal override ulong TransparentPageSize => manifest.TransparentPageSize ?? HugepagesFolder.TableSpan(PageSize);

    /// <inheritdoc/>
    internal override ulong SwapAreas => manifest.SwapAreas ?? base.SwapAreas;

    /// <inheritdoc/>
    internal override ulong OwnIpcNamespace => manifest.IpcNamespace;

    /// <inheritdoc/>
    internal override JsonElement? RecordedOracle => manifest.Oracle;

    /// <inheritdoc/>
    internal override JsonElement? RecordedPostgres => manifest.Postgres;

    /// <summary>Opens the file of a snapshot.</summary>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="file">The file, which is not needed any more once it is unpacked.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="LinuxMemException">It is no snapshot, or a damaged one.</exception>
    public static SnapshotMachine Unpack(string path, FileStream file, CancellationToken cancellation)
    {
        SnapshotArchive archive = SnapshotArchive.Unpack(path, file, cancellation);
        try
        {
            return TryRead(path, archive)
                ?? throw new LinuxMemException(LinuxMemError.InvalidSnapshot, $"'{path}' is no snapshot, or only the beginning of one: its last entry, '{SnapshotArchive.Text(SnapshotManifest.FileName)}', is missing. Copy the file again, or take a new snapshot.", path);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>Reads the description of a snapshot; null where there is none.</summary>
    /// <exception cref="LinuxMemException">The snapshot is damaged.</exception>
    public static SnapshotMachine? TryRead(string path, SnapshotFiles files)
    {
        using OpenedFile file = files.Open(SnapshotManifest.FileName);
        return file.IsOpen ? new SnapshotMachine(path, files, SnapshotManifest.Read(file, path)) : null;
    }

    /// <inheritdoc/>
    public override void Dispose() => files.Dispose();

    /// <inheritdoc/>
    internal override OpenedFile Open(ReadOnlySpan<byte> name)
    {
        OpenedFile file = files.Open(name);

        // What could not be read when the snapshot was taken cannot be read now for the same reason.
        return !file.IsOpen && file.Error == Errno.ENOENT && manifest.Refused.TryGetValue(SnapshotArchive.Text(name), out int error)
            ? OpenedFile.Failed(error)
            : file;
    }

    /// <inheritdoc/>
    internal override MachineFolder OpenPlace(ReadOnlySpan<byte> name) => new(this, files.OpenPlace(name), SnapshotArchive.Text(name));

    /// <summary>A snapshot has no links: their targets stand in files.</summary>
    internal override int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        using OpenedFile file = Open(name);
        return file.IsOpen ? file.ReadAt(buffer, 0) : -file.Error;
    }

    /// <inheritdoc/>
    internal override List<int> ProcessIds() => files.ProcessIds();

    /// <inheritdoc/>
    internal override List<int> ThreadIds(int pid) => files.ThreadIds(pid);

    /// <inheritdoc/>
    internal override Pagemap? OpenPagemap(in MachineFolder process, out int error)
    {
        OpenedFile file = process.Open("pagemap.runs\0"u8);
        error = file.IsOpen ? 0 : file.Error;
        return error == 0 ? RecordedPagemap.Open(file, PageSize, out error, Cancellation) : null;
    }

    /// <inheritdoc/>
    internal override Pagemap? OpenKpageflags()
    {
        OpenedFile file = Open("kpageflags.runs\0"u8);
        return file.IsOpen ? RecordedPagemap.Open(file, PageSize, out _, Cancellation) : null;
    }

    /// <inheritdoc/>
    internal override bool CanScanPagemaps() => true;

    /// <inheritdoc/>
    internal override ZeroPagePfns FindZeroPage() =>
        manifest.ZeroFrames is [ulong first, ulong last] ? new ZeroPagePfns(first, last) : ZeroPagePfns.None;

    /// <inheritdoc/>
    internal override SegmentDevices FindSegmentDevices() => new(manifest.SegmentDevices);

    /// <inheritdoc/>
    internal override List<SysvShmFile>? ReadSegments(ulong ipcNamespace, int pid, int thread) =>
        SysvShmFile.Read(this, [.. SurrogateEscape.Encode(IpcNamespace.TableName(ipcNamespace)), 0]);

    /// <inheritdoc/>
    internal override MemoryDevices? FindMemoryDevices(SegmentDevices segments) =>
        manifest.Objects is null ? null : new MemoryDevices(manifest.MemoryDevices.Select(device => new MemoryDevice(device.Device, device.Home)));

    /// <inheritdoc/>
    internal override int LookAtObject(in MachineFolder process, int pid, in ObjectLink link, out FileUsage usage, out ulong? resident)
    {
        RecordedObject? found = objects.Value.Find(link, pid);
        resident = found?.Resident;
        usage = found is null ? default : new FileUsage(
            new FileIdentity(0, found.Minor, found.Inode, false, found.IsMeasured),
            found.Size,
            found.Bytes,
            (uint)Math.Min(found.PageSize, uint.MaxValue),
            found.IsRemoved ? 0u : 1u,
            found.Segment,
            0,
            objects.Value.MarkOf(found));
        return found is null ? Errno.ENOENT : 0;
    }

    /// <inheritdoc/>
    internal override int MarkObject(in MachineFolder process, int pid, in ObjectLink link, out FileMark mark)
    {
        RecordedObject? found = objects.Value.Find(link, pid);
        mark = found is null ? default : objects.Value.MarkOf(found);
        return found is null ? Errno.ENOENT : 0;
    }

    /// <inheritdoc/>
    internal override string RecordedNameOf(in ObjectLink link, int pid, string found) =>
        objects.Value.Find(link, pid)?.Path is string name && name.Length > 0 && name != VisibleText.ForData(found) ? name : found;

    /// <inheritdoc/>
    internal override IReadOnlyList<(ObjectLink Link, ObjectHome Home, string Path)>? RecordedOpenObjects(int pid) => objects.Value.OpenOf(pid);

    /// <inheritdoc/>
    internal override TmpfsAnswer? RecordedTmpfs(int mountId) =>
        manifest.Tmpfs.GetValueOrDefault(mountId) ?? new TmpfsAnswer("not known: the snapshot does not tell", null);

    /// <inheritdoc/>
    internal override SegmentPages? RecordedSegmentPages(ulong shmid) => manifest.Segments.GetValueOrDefault(shmid);
}
