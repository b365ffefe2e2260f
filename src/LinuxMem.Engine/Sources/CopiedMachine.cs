using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>A machine read from a copy of its /proc tree. What the files do not tell is not known.</summary>
internal sealed class CopiedMachine(string path, LookedUpFolder place) : Machine(path, (ulong)Environment.SystemPageSize)
{
    /// <summary>The usual sizes of x86 and arm64.</summary>
    private static readonly ulong[] UsualHugetlbSizes = [2 << 20, 1 << 30];

    private readonly RefusedFiles refused = new();

    /// <inheritdoc/>
    public override string? NotRead => refused.Describe(Path);

    /// <inheritdoc/>
    internal override bool KnowsSegmentDevices => false;

    /// <inheritdoc/>
    internal override string? WhyNotAsked => "not asked: read from a copy of /proc";

    /// <inheritdoc/>
    internal override Origin Origin => field ??= new Origin(null, AbandonableCall.Run(_ => HostnameFile.Read(this), Cancellation), WholePath);

    /// <inheritdoc/>
    internal override UserNames Users { get; } = UserNames.Unknown("a copy of /proc does not tell the names of users", isTold: false);

    /// <inheritdoc/>
    internal override Version? KernelVersion => null;

    /// <inheritdoc/>
    internal override IReadOnlyList<ulong> HugetlbSizes => UsualHugetlbSizes;

    /// <inheritdoc/>
    internal override long? HugetlbInUse => null;

    /// <inheritdoc/>
    internal override ulong TransparentPageSize => HugepagesFolder.PmdSize(PageSize);

    /// <inheritdoc/>
    internal override ulong SmallestHugeEntry => HugepagesFolder.Supported().Append(TransparentPageSize).Min();

    /// <inheritdoc/>
    internal override ulong OwnIpcNamespace => IpcNamespace.Own;

    /// <inheritdoc/>
    public override void Dispose() => place.Dispose();

    /// <inheritdoc/>
    internal override OpenedFile Open(ReadOnlySpan<byte> name) => CopiedTree.Open(place, name, refused);

    /// <inheritdoc/>
    internal override MachineFolder OpenPlace(ReadOnlySpan<byte> name) => new(this, CopiedTree.OpenPlace(place, name, refused), SnapshotArchive.Text(name));

    /// <inheritdoc/>
    internal override OpenedFile OpenIn(FileDescriptor folder, ReadOnlySpan<byte> name) => CopiedTree.Open(folder, name, refused);

    /// <inheritdoc/>
    internal override int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer) => CopiedTree.ReadLink(place, name, buffer, refused);

    /// <inheritdoc/>
    internal override List<int> ProcessIds() => place.Numbers();

    /// <inheritdoc/>
    internal override List<int> ThreadIds(int pid) => CopiedTree.ThreadIds(place, Path, pid);

    /// <inheritdoc/>
    internal override SegmentDevices FindSegmentDevices() => new();

    /// <inheritdoc/>
    internal override TmpfsAnswer? RecordedTmpfs(int mountId) => new("not known: this is a copy of /proc", null);
}
