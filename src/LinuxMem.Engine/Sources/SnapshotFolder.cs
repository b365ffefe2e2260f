using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>A snapshot that was unpacked into a folder, which is read as any copy of a tree.</summary>
internal sealed class SnapshotFolder(string path, LookedUpFolder place) : SnapshotFiles
{
    private readonly RefusedFiles refused = new();

    /// <inheritdoc/>
    public override bool EndOnceClosed => false;

    /// <inheritdoc/>
    public override string? NotRead => refused.Describe(path);

    /// <inheritdoc/>
    public override OpenedFile Open(ReadOnlySpan<byte> name) => CopiedTree.Open(place, name, refused);

    /// <inheritdoc/>
    public override OpenedFile OpenPlace(ReadOnlySpan<byte> name) => CopiedTree.OpenPlace(place, name, refused);

    /// <inheritdoc/>
    public override List<int> ProcessIds() => place.Numbers();

    /// <inheritdoc/>
    public override List<int> ThreadIds(int pid) => CopiedTree.ThreadIds(place, path, pid);

    /// <inheritdoc/>
    public override void Dispose() => place.Dispose();
}
