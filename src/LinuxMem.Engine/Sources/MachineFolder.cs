using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>A folder of a /proc tree, such as a process's, to look up files in. Whoever opens one closes it.</summary>
internal readonly struct MachineFolder(Machine root, OpenedFile folder, string? path) : IDisposable
{
    /// <summary>The tree that it is a part of.</summary>
    public Machine Root => root;

    /// <summary>The folder itself, in a live tree: to look up more than files of /proc below it.</summary>
    public FileDescriptor Place => folder.Descriptor;

    public bool IsOpen => folder.IsOpen;

    /// <summary>The error number of the failed open.</summary>
    public int Error => folder.Error;

    /// <summary>Opens a file in it; <paramref name="name"/> ends with a NUL byte.</summary>
    public OpenedFile Open(ReadOnlySpan<byte> name) => path is null ? root.OpenIn(folder.Descriptor, name) : root.Open(Below(name));

    /// <summary>Reads the target of a symbolic link; minus the error number when it cannot be read.</summary>
    public int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer) =>
        path is null ? folder.Descriptor.ReadLink(name, buffer) : root.ReadLink(Below(name), buffer);

    public void Dispose() => folder.Dispose();

    private byte[] Below(ReadOnlySpan<byte> name) => [.. SurrogateEscape.Encode(path!), (byte)'/', .. name];
}
