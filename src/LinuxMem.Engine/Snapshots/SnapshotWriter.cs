using System.Formats.Tar;
using System.IO.Compression;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Snapshots;

/// <summary>Writes the archive of a snapshot (a compressed tar), file by file.</summary>
internal sealed class SnapshotWriter : IDisposable
{
    /// <summary>The largest entry, in bytes, that the plain tar header can describe (eleven octal digits).</summary>
    private const long MaxInPlainHeader = (1L << 33) - 1;

    private readonly GZipStream compressed;
    private readonly TarWriter tar;
    private readonly DateTimeOffset takenAt;

    public SnapshotWriter(Stream file, DateTime takenAt)
    {
        this.takenAt = takenAt;
        compressed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        tar = new TarWriter(compressed, TarEntryFormat.Ustar, leaveOpen: true);
        tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, SnapshotArchive.Folder)
        {
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            ModificationTime = this.takenAt,
        });
    }

    /// <summary>Adds a file.</summary>
    public void Add(string name, byte[] bytes)
    {
        using var content = new MemoryStream(bytes, writable: false);
        Add(name, content);
    }

    /// <summary>Adds a file with the content of a stream, read from its beginning.</summary>
    public void Add(string name, Stream content)
    {
        content.Position = 0;
        name = SnapshotArchive.Folder + name;
        PosixTarEntry entry = content.Length > MaxInPlainHeader
            ? new PaxTarEntry(TarEntryType.RegularFile, name)
            : new UstarTarEntry(TarEntryType.RegularFile, name);
        entry.DataStream = content.Length > 0 ? content : null;
        entry.Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        entry.ModificationTime = takenAt;
        tar.WriteEntry(entry);
    }

    public void Dispose()
    {
        tar.Dispose();
        compressed.Dispose();
    }
}
