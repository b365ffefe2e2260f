using System.Globalization;
using System.Text.Json;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>A machine as a snapshot keeps it, in its file or in the folder that the file was unpacked to.</summary>
internal sealed class SnapshotMachine : Machine
{
    private readonly SnapshotManifest manifest;
    private readonly SnapshotArchive? archive;
    private readonly LookedUpFolder place;

    private SnapshotMachine(string path, LookedUpFolder place, SnapshotArchive? archive, SnapshotManifest manifest)
        : base(path, manifest.PageSize)
    {
        this.place = place;
        this.archive = archive;
        this.manifest = manifest;
        Users = new UserNames(manifest.Users);
    }

    /// <inheritdoc/>
    internal override bool EndsWithItsFile => archive is not null;

    /// <inheritdoc/>
    internal override bool MasksEnvironments => true;

    /// <inheritdoc/>
    internal override string? WhyNotAsked => "not asked: read from a snapshot that was taken without asking";

    /// <inheritdoc/>
    internal override UserNames Users { get; }

    /// <inheritdoc/>
    internal override Version? KernelVersion => manifest.KernelVersion;

    /// <inheritdoc/>
    internal override IReadOnlyList<ulong> HugetlbSizes => manifest.HugePageSizes;

    /// <inheritdoc/>
    internal override long? HugetlbInUse => manifest.HugetlbInUse;

    /// <inheritdoc/>
    internal override ulong TransparentPageSize => manifest.TransparentPageSize ?? HugepagesFolder.TableSpan(PageSize);

    /// <inheritdoc/>
    internal override ulong OwnIpcNamespace => manifest.IpcNamespace;

    /// <inheritdoc/>
    internal override JsonElement? RecordedOracle => manifest.Oracle;

    /// <summary>Opens the file of a snapshot.</summary>
    /// <exception cref="LinuxMemException">It is no snapshot, or a damaged one.</exception>
    public static SnapshotMachine Unpack(string path, LookedUpFolder place, CancellationToken cancellation)
    {
        SnapshotArchive archive = SnapshotArchive.Unpack(path, place.Descriptor, cancellation);
        try
        {
            using FileDescriptor file = archive.Open(SnapshotManifest.FileName);
            return file.IsOpen
                ? new SnapshotMachine(path, place, archive, SnapshotManifest.Read(file, path))
                : throw new LinuxMemException(LinuxMemError.InvalidSnapshot, $"'{path}' is no snapshot, or only the beginning of one: its last entry, '{SnapshotArchive.Text(SnapshotManifest.FileName)}', is missing. Copy the file again, or take a new snapshot.", path);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>Opens the folder that a snapshot was unpacked to; null for any other folder.</summary>
    /// <exception cref="LinuxMemException">The snapshot is damaged.</exception>
    public static SnapshotMachine? OfFolder(string path, LookedUpFolder place)
    {
        using FileDescriptor file = CopiedTree.Open(place, SnapshotManifest.FileName);
        return file.IsOpen ? new SnapshotMachine(path, place, null, SnapshotManifest.Read(file, path)) : null;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        place.Dispose();
        archive?.Dispose();
    }

    /// <inheritdoc/>
    internal override FileDescriptor Open(ReadOnlySpan<byte> name)
    {
        FileDescriptor file = archive is null ? CopiedTree.Open(place, name) : archive.Open(name);

        // What could not be read when the snapshot was taken cannot be read now for the same reason.
        return file.Number == -Errno.ENOENT && manifest.Refused.TryGetValue(SnapshotArchive.Text(name), out int error)
            ? new FileDescriptor(-error)
            : file;
    }

    /// <inheritdoc/>
    internal override MachineFolder OpenPlace(ReadOnlySpan<byte> name) =>
        new(this, archive is null ? CopiedTree.OpenPlace(place, name) : archive.OpenPlace(name), SnapshotArchive.Text(name));

    /// <inheritdoc/>
    internal override FileDescriptor OpenIn(FileDescriptor folder, ReadOnlySpan<byte> name) => CopiedTree.Open(folder, name);

    /// <summary>A snapshot has no links: their targets stand in files.</summary>
    internal override int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        using FileDescriptor file = Open(name);
        return file.IsOpen ? file.ReadAt(buffer, 0) : file.Number;
    }

    /// <inheritdoc/>
    internal override List<int> ProcessIds() => archive is null ? place.Numbers() : [.. archive.NumberedFolders(string.Empty)];

    /// <inheritdoc/>
    internal override List<int> ThreadIds(int pid) => archive is null
        ? CopiedTree.ThreadIds(place, Path, pid)
        : [.. archive.NumberedFolders(string.Create(CultureInfo.InvariantCulture, $"{pid}/task"))];

    /// <inheritdoc/>
    internal override Pagemap? OpenPagemap(in MachineFolder process, out int error)
    {
        FileDescriptor file = process.Open("pagemap.runs\0"u8);
        error = file.IsOpen ? 0 : file.Error;
        return error == 0 ? RecordedPagemap.Open(file, PageSize, out error, Cancellation) : null;
    }

    /// <inheritdoc/>
    internal override Pagemap? OpenKpageflags()
    {
        FileDescriptor file = Open("kpageflags.runs\0"u8);
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
    internal override List<SysvShmFile>? ReadSegments(ulong ipcNamespace, int pid)
    {
        byte[] buffer = new byte[16384];
        int n = ReadAll([.. SurrogateEscape.Encode(IpcNamespace.TableName(ipcNamespace)), 0], ref buffer);
        return n >= 0 ? SysvShmFile.Parse(buffer.AsSpan(0, n)) : null;
    }

    /// <inheritdoc/>
    internal override TmpfsAnswer? RecordedTmpfs(int mountId) =>
        manifest.Tmpfs.GetValueOrDefault(mountId) ?? new TmpfsAnswer("not known: the snapshot does not tell", null);

    /// <inheritdoc/>
    internal override SegmentPages? RecordedSegmentPages(ulong shmid) => manifest.Segments.GetValueOrDefault(shmid);
}
