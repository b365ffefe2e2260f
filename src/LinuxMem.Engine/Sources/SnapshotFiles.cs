using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>The files of a snapshot: in its own file (<see cref="SnapshotArchive"/>), or unpacked (<see cref="SnapshotFolder"/>).</summary>
internal abstract class SnapshotFiles : IDisposable
{
    /// <summary>True when nothing can be opened any more after <see cref="Dispose"/>.</summary>
    public abstract bool EndOnceClosed { get; }

    /// <summary>What is there and was not read (<see cref="Machine.NotRead"/>); null when nothing.</summary>
    public virtual string? NotRead => null;

    /// <summary>Opens a file; <paramref name="name"/> ends with a NUL byte.</summary>
    public abstract OpenedFile Open(ReadOnlySpan<byte> name);

    /// <summary>Opens a folder, to know whether it is there; <paramref name="name"/> ends with a NUL byte.</summary>
    public abstract OpenedFile OpenPlace(ReadOnlySpan<byte> name);

    /// <summary>The ids of the processes.</summary>
    public abstract List<int> ProcessIds();

    /// <summary>The ids of the threads of a process.</summary>
    public abstract List<int> ThreadIds(int pid);

    /// <inheritdoc/>
    public abstract void Dispose();
}
