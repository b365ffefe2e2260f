using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// An open file of a /proc tree, as a value: by its descriptor, or as a part of an unpacked snapshot, which managed code
/// alone reads. Whoever opens one closes it, once.
/// </summary>
internal readonly struct OpenedFile : IDisposable
{
    private readonly FilePart? part;

    private OpenedFile(FileDescriptor descriptor) => Descriptor = descriptor;

    /// <summary>A file of an unpacked snapshot.</summary>
    public OpenedFile(FilePart part) => this.part = part;

    /// <summary>The descriptor; not open for a part of a snapshot.</summary>
    public FileDescriptor Descriptor { get; }

    public bool IsOpen => part is not null || Descriptor.IsOpen;

    /// <summary>The error number of the failed open.</summary>
    public int Error => Descriptor.Error;

    /// <summary>Takes over a descriptor.</summary>
    public static implicit operator OpenedFile(FileDescriptor descriptor) => new(descriptor);

    /// <summary>A file that could not be opened.</summary>
    public static OpenedFile Failed(int error) => new(new FileDescriptor(-error));

    /// <summary>Reads from <paramref name="offset"/>; returns the number of bytes, or minus the error number.</summary>
    public int ReadAt(Span<byte> buffer, long offset) => part is not null ? part.ReadAt(buffer, offset) : Descriptor.ReadAt(buffer, offset);

    /// <summary>Closes it; of a part nothing is open.</summary>
    public void Dispose() => Descriptor.Dispose();
}
