using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>A machine of which only a copy of its /proc tree is there, in ordinary files: what files do not tell is not known.</summary>
internal sealed class CopiedMachine(string path, LookedUpFolder place) : Machine(path, (ulong)Environment.SystemPageSize)
{
    /// <summary>What machines offer that offer any.</summary>
    private static readonly ulong[] UsualHugetlbSizes = [2 << 20, 1 << 30];

    /// <inheritdoc/>
    internal override bool KnowsSegmentDevices => false;

    /// <inheritdoc/>
    internal override string? WhyNotAsked => "not asked: read from a copy of /proc";

    /// <inheritdoc/>
    internal override UserNames Users { get; } = UserNames.Unknown("a copy of /proc does not tell the names of users", isTold: false);

    /// <inheritdoc/>
    internal override Version? KernelVersion => null;

    /// <inheritdoc/>
    internal override IReadOnlyList<ulong> HugetlbSizes => UsualHugetlbSizes;

    /// <inheritdoc/>
    internal override long? HugetlbInUse => null;

    /// <inheritdoc/>
    internal override ulong TransparentPageSize => Procfs.HugepagesFolder.PmdSize(PageSize);

    /// <inheritdoc/>
    internal override ulong SmallestHugeEntry => Procfs.HugepagesFolder.Supported().Append(TransparentPageSize).Min();

    /// <inheritdoc/>
    internal override ulong OwnIpcNamespace => IpcNamespace.Own;

    /// <inheritdoc/>
    public override void Dispose() => place.Dispose();

    /// <inheritdoc/>
    internal override FileDescriptor Open(ReadOnlySpan<byte> name) => CopiedTree.Open(place, name);

    /// <inheritdoc/>
    internal override MachineFolder OpenPlace(ReadOnlySpan<byte> name) => new(this, CopiedTree.OpenPlace(place, name), null);

    /// <inheritdoc/>
    internal override FileDescriptor OpenIn(FileDescriptor folder, ReadOnlySpan<byte> name) => CopiedTree.Open(folder, name);

    /// <inheritdoc/>
    internal override int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer) => CopiedTree.ReadLink(place, name, buffer);

    /// <inheritdoc/>
    internal override List<int> ProcessIds() => place.Numbers();

    /// <inheritdoc/>
    internal override List<int> ThreadIds(int pid) => CopiedTree.ThreadIds(place, Path, pid);

    /// <inheritdoc/>
    internal override SegmentDevices FindSegmentDevices() => new();

    /// <inheritdoc/>
    internal override TmpfsAnswer? RecordedTmpfs(int mountId) => new("not known: this is a copy of /proc", null);
}
