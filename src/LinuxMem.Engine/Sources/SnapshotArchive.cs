using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;
using Microsoft.Win32.SafeHandles;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The file of a snapshot: a gzip-compressed tar archive of a /proc tree. It is unpacked into one file that has
/// no name any more when the first byte is written, so nothing is left behind however the program ends, and no
/// name in the archive ever becomes a name in the file system.
/// </summary>
internal sealed class SnapshotArchive : IDisposable
{
    /// <summary>The folder that everything in the archive lies in.</summary>
    public const string Folder = "memsnapshot/";

    /// <summary>The most files in an archive: more than any machine has processes for.</summary>
    private const int MaxEntries = 1 << 20;

    /// <summary>The longest name of a file, in bytes; those of a snapshot are far shorter.</summary>
    private const int MaxName = 64;

    /// <summary>The most parts that a name has: <c>memsnapshot/PID/task/TID/ns/ipc</c>.</summary>
    private const int MaxDepth = 6;

    /// <summary>Space that is left alone where the archive is unpacked, in bytes.</summary>
    private const long Reserve = 64 << 20;

    private readonly Dictionary<string, FilePart> files = [];
    private readonly Dictionary<string, List<int>> folders = [];
    private readonly FileStream store;

    private SnapshotArchive(FileStream store) => this.store = store;

    /// <summary>The text of a name that ends with a NUL byte.</summary>
    public static string Text(ReadOnlySpan<byte> name) => Encoding.Latin1.GetString(name.TrimEnd((byte)0));

    /// <summary>Unpacks a snapshot.</summary>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="place">The ordinary file at that path, opened as a place; it stays open.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="LinuxMemException">It is no snapshot, damaged, or too large for this machine.</exception>
    public static SnapshotArchive Unpack(string path, FileDescriptor place, CancellationToken cancellation)
    {
        var archive = new SnapshotArchive(UnnamedFile.Create(System.IO.Path.GetTempPath()));
        try
        {
            archive.Read(path, place, cancellation);
            return archive;
        }
        catch (Exception e)
        {
            archive.Dispose();
            if (e is not (InvalidDataException or IOException or UnauthorizedAccessException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException or IndexOutOfRangeException))
            {
                throw;
            }

            throw e is UnauthorizedAccessException
                ? new LinuxMemException(LinuxMemError.NotProc, $"'{path}' may not be read: {e.Message}", path, e)
                : new LinuxMemException(LinuxMemError.InvalidSnapshot, $"'{path}' is damaged: {Sentence(e)} Copy the file again, or take a new snapshot.", path, e);
        }
    }

    /// <summary>Opens a file; <paramref name="name"/> ends with a NUL byte.</summary>
    public FileDescriptor Open(ReadOnlySpan<byte> name) =>
        files.TryGetValue(Text(name), out FilePart? part) ? new FileDescriptor(part) : new FileDescriptor(-Errno.ENOENT);

    /// <summary>Opens a folder, which only says whether it is there.</summary>
    public FileDescriptor OpenPlace(ReadOnlySpan<byte> name) =>
        folders.ContainsKey(Text(name)) ? new FileDescriptor(new FilePart(store, 0, 0)) : new FileDescriptor(-Errno.ENOENT);

    /// <summary>The folders in a folder that are called by numbers.</summary>
    public IEnumerable<int> NumberedFolders(string folder) => folders.TryGetValue(folder, out List<int>? numbers) ? numbers : [];

    /// <summary>Closes the file that it is unpacked into.</summary>
    public void Dispose() => store.Dispose();

    /// <summary>
    /// Opens the very file that was found to be an ordinary one. Whoever holds a lease on it (fcntl(2)) is told by the
    /// attempt, and has a moment to give it back.
    /// </summary>
    private static FileStream Open(string path, FileDescriptor place, CancellationToken cancellation)
    {
        const int Attempts = 50;
        FileDescriptor file = place.Reopen();
        for (int i = 0; !file.IsOpen && file.Error == Errno.EAGAIN && i < Attempts; i++)
        {
            cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
            cancellation.ThrowIfCancellationRequested();
            file = place.Reopen();
        }

        return file.IsOpen
            ? new FileStream(new SafeFileHandle(file.Number, ownsHandle: true), FileAccess.Read, 4096)
            : throw new LinuxMemException(LinuxMemError.NotProc, file.Error == Errno.EAGAIN
                ? $"'{path}' may not be read now: another program holds a lease on it (fcntl(2)) and does not give it back. Copy the file, and read the copy."
                : $"'{path}' may not be read: {Errno.Describe(file.Error)}.", path);
    }

    private static string Sentence(Exception e) => e switch
    {
        DamagedException => e.Message,
        EndOfStreamException => "it ends too early.",
        _ => "it is no gzip-compressed tar archive, or was changed on its way.",
    };

    private void Read(string path, FileDescriptor place, CancellationToken cancellation)
    {
        using FileStream file = Open(path, place, cancellation);
        Span<byte> magic = stackalloc byte[2];
        if (file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) < 2 || magic[0] != 0x1f || magic[1] != 0x8b)
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is not a snapshot: it is no gzip-compressed file. Give a file that Export-MemSnapshot or 'linuxmem snapshot' has written.", path);
        }

        file.Position = 0;
        long space = FreeSpace();
        using var unpacked = new BoundedStream(new GZipStream(file, CompressionMode.Decompress));
        using var tar = new TarReader(unpacked);
        long position = 0;
        byte[] buffer = new byte[1 << 16];
        for (int entries = 0; NextEntry(tar, unpacked) is TarEntry entry; entries++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (entries == MaxEntries)
            {
                throw new DamagedException($"it holds more than {MaxEntries} files.");
            }

            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                throw new DamagedException($"it holds something else than files, '{Shown(entry.Name)}'.");
            }

            string name = CheckedName(entry.Name);
            long start = position;
            if (entry.DataStream is Stream data)
            {
                unpacked.Allow(long.MaxValue);
                for (int n = data.Read(buffer); n > 0; n = data.Read(buffer))
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (position + n > space)
                    {
                        throw new LinuxMemException(LinuxMemError.InvalidSnapshot, string.Create(CultureInfo.InvariantCulture, $"'{path}' unpacks to more than the {space >> 20} MiB that may be used in '{System.IO.Path.GetTempPath()}'. Set TMPDIR to a folder with more room."), path);
                    }

                    RandomAccess.Write(store.SafeFileHandle, buffer.AsSpan(0, n), position);
                    position += n;
                }
            }

            if (position - start != entry.Length)
            {
                throw new EndOfStreamException();
            }

            Add(name, new FilePart(store, start, position - start));
        }

        // The checksum stands behind the archive's last block.
        unpacked.Allow(1 << 20);
        while (unpacked.Read(buffer) > 0)
        {
        }
    }

    /// <summary>Headers are short: what makes the reader gather more is not let through.</summary>
    private static TarEntry? NextEntry(TarReader tar, BoundedStream unpacked)
    {
        unpacked.Allow(64 << 10);
        return tar.GetNextEntry();
    }

    /// <summary>Half of what is free, and not the last of it.</summary>
    private static long FreeSpace()
    {
        using FileDescriptor folder = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(System.IO.Path.GetTempPath()), 0]);
        return folder.IsOpen && Statvfs.Read(folder, out Statvfs.Usage usage) == 0 && usage.Blocks > 0
            ? Math.Max(0, ((long)UInt128.Min((UInt128)usage.FreeBlocks * usage.BlockSize, long.MaxValue) - Reserve) / 2)
            : long.MaxValue;
    }

    private static string CheckedName(string name)
    {
        if (name.StartsWith(Folder, StringComparison.Ordinal) && name.Length <= MaxName
            && name.Split('/') is { Length: <= MaxDepth } parts && Array.TrueForAll(parts, part => part is not ("" or "." or "..") && !part.Contains('\0')))
        {
            return name[Folder.Length..];
        }

        throw new DamagedException($"'{Shown(name)}' is not the name of a file in a snapshot.");
    }

    private static string Shown(string name) => name.Length > 80 ? name[..80] + "…" : name;

    private void Add(string name, FilePart part)
    {
        if (!files.TryAdd(name, part))
        {
            throw new DamagedException($"it holds '{name}' twice.");
        }

        for (int slash = name.LastIndexOf('/'); ; slash = name.LastIndexOf('/'))
        {
            string parent = slash < 0 ? string.Empty : name[..slash];
            if (folders.TryAdd(parent, []) && slash >= 0)
            {
                int above = parent.LastIndexOf('/');
                List<int> siblings = Siblings(above < 0 ? string.Empty : parent[..above]);
                if (parent[above + 1] is >= '1' and <= '9' && int.TryParse(parent.AsSpan(above + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                {
                    siblings.Add(number);
                }
            }

            if (slash < 0)
            {
                return;
            }

            name = parent;
        }
    }

    private List<int> Siblings(string folder)
    {
        if (!folders.TryGetValue(folder, out List<int>? numbers))
        {
            folders[folder] = numbers = [];
        }

        return numbers;
    }

    /// <summary>What is wrong with an archive, in words.</summary>
    private sealed class DamagedException(string message) : IOException(message);

    /// <summary>Lets through only so much at a time.</summary>
    private sealed class BoundedStream(Stream inner) : Stream
    {
        private long left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Allow(long bytes) => left = bytes;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (left <= 0 && buffer.Length > 0)
            {
                throw new DamagedException("its headers are too long.");
            }

            int n = inner.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
            left -= n;
            return n;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
