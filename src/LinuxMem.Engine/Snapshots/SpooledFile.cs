using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Snapshots;

/// <summary>Holds a file of the kernel, of any length, until it is written: one after the other, in a file without a name.</summary>
/// <param name="folder">Where to keep it.</param>
/// <param name="buffer">To read with, where it is not to have one of its own.</param>
internal sealed class SpooledFile(string folder, byte[]? buffer = null) : IDisposable
{
    private readonly byte[] buffer = buffer ?? new byte[1 << 16];

    /// <summary>What was taken last.</summary>
    public FileStream Content { get; } = UnnamedFile.Create(folder, 1 << 16);

    /// <summary>Takes a file to its end, in place of the one before.</summary>
    /// <param name="file">The file; not open where it could not be opened.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="most">The most bytes that are taken.</param>
    /// <returns>0, or the error number: <see cref="FileBounds.Exceeded"/> when it is longer, so that only its beginning was taken.</returns>
    public int Take(OpenedFile file, CancellationToken cancellation, long most = long.MaxValue)
    {
        Content.Position = 0;
        int n = file.IsOpen ? file.ReadAt(buffer, 0) : -file.Error;
        for (long offset = 0; n > 0; n = file.ReadAt(buffer, offset))
        {
            cancellation.ThrowIfCancellationRequested();
            if (offset >= most)
            {
                Content.SetLength(most);
                return FileBounds.Exceeded;
            }

            Content.Write(buffer, 0, n);
            offset += n;
        }

        // What the file before had more, goes.
        if (Content.Length > Content.Position)
        {
            Content.SetLength(Content.Position);
        }

        Content.Flush();
        return n < 0 ? -n : 0;
    }

    /// <summary>Opens what was taken last, to be read while this is not disposed.</summary>
    public OpenedFile Open() => new(new FilePart(Content, 0, Content.Length));

    public void Dispose() => Content.Dispose();
}
