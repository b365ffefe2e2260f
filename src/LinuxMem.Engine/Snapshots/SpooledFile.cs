using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Snapshots;

/// <summary>Holds a file of the kernel, of any length, until it is written: one after the other, in a file without a name.</summary>
/// <param name="folder">Where to keep it.</param>
internal sealed class SpooledFile(string folder) : IDisposable
{
    private readonly byte[] buffer = new byte[1 << 16];

    /// <summary>What was taken last.</summary>
    public FileStream Content { get; } = UnnamedFile.Create(folder, 1 << 16);

    /// <summary>Takes a file to its end, in place of the one before; returns 0 or the error number.</summary>
    public int Take(OpenedFile file, CancellationToken cancellation)
    {
        Content.Position = 0;
        Content.SetLength(0);
        int n = file.ReadAt(buffer, 0);
        for (long offset = 0; n > 0; n = file.ReadAt(buffer, offset))
        {
            cancellation.ThrowIfCancellationRequested();
            Content.Write(buffer, 0, n);
            offset += n;
        }

        Content.Flush();
        return n < 0 ? -n : 0;
    }

    /// <summary>Opens what was taken last, to be read while this is not disposed.</summary>
    public OpenedFile Open() => new(new FilePart(Content, 0, Content.Length));

    public void Dispose() => Content.Dispose();
}
