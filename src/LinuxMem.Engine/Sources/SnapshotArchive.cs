using System.Buffers.Binary;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The file of a snapshot: a gzip-compressed tar archive of a /proc tree. It is unpacked into one temporary file without a name, so
/// nothing is left behind however the program ends (where there is no Linux: one deleted on close), and no name in the
/// archive becomes a name in the file system.
/// </summary>
internal sealed class SnapshotArchive : SnapshotFiles
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

    /// <inheritdoc/>
    public override bool EndOnceClosed => true;

    /// <summary>The text of a name that ends with a NUL byte.</summary>
    public static string Text(ReadOnlySpan<byte> name) => Encoding.Latin1.GetString(name.TrimEnd((byte)0));

    /// <summary>Unpacks a snapshot.</summary>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="file">The file, from its beginning; it stays open.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="LinuxMemException">It is no snapshot, damaged, or too large for this machine.</exception>
    public static SnapshotArchive Unpack(string path, FileStream file, CancellationToken cancellation)
    {
        var archive = new SnapshotArchive(UnnamedFile.Create(System.IO.Path.GetTempPath()));
        try
        {
            archive.Read(path, file, cancellation);
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

    /// <inheritdoc/>
    public override OpenedFile Open(ReadOnlySpan<byte> name) =>
        files.TryGetValue(Text(name), out FilePart? part) ? new OpenedFile(part) : OpenedFile.Failed(Errno.ENOENT);

    /// <inheritdoc/>
    public override OpenedFile OpenPlace(ReadOnlySpan<byte> name) =>
        folders.ContainsKey(Text(name)) ? new OpenedFile(new FilePart(store, 0, 0)) : OpenedFile.Failed(Errno.ENOENT);

    /// <inheritdoc/>
    public override List<int> ProcessIds() => NumberedFolders(string.Empty);

    /// <inheritdoc/>
    public override List<int> ThreadIds(int pid) => NumberedFolders(string.Create(CultureInfo.InvariantCulture, $"{pid}/task"));

    /// <summary>Closes the file that it is unpacked into.</summary>
    public override void Dispose() => store.Dispose();

    private List<int> NumberedFolders(string folder) => folders.TryGetValue(folder, out List<int>? numbers) ? [.. numbers] : [];

    private static string Sentence(Exception e) => e switch
    {
        DamagedArchiveException => e.Message,
        EndOfStreamException => "it ends too early.",
        _ => "it is no gzip-compressed tar archive, or was changed on its way.",
    };

    private void Read(string path, FileStream file, CancellationToken cancellation)
    {
        Span<byte> magic = stackalloc byte[2];
        if (file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) < 2 || magic[0] != 0x1f || magic[1] != 0x8b)
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is not a snapshot: it is no gzip-compressed file. Give a file that Export-MemSnapshot or 'linuxmem snapshot' has written.", path);
        }

        file.Position = 0;
        long space = FreeSpace(System.IO.Path.GetTempPath());
        using var unpacked = new BoundedStream(new GZipStream(file, CompressionMode.Decompress, leaveOpen: true));
        using var tar = new TarReader(unpacked);
        long position = 0;
        byte[] buffer = new byte[1 << 16];
        for (int entries = 0; NextEntry(tar, unpacked) is TarEntry entry; entries++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (entries == MaxEntries)
            {
                throw new DamagedArchiveException($"it holds more than {MaxEntries} files.");
            }

            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                throw new DamagedArchiveException($"it holds something else than files, '{Shown(entry.Name)}'.");
            }

            string name = CheckedName(entry.Name);
            byte[] path8 = Encoding.UTF8.GetBytes(name);
            if (TableBounds.Of(path8) is < TableBounds.Texts and long most && entry.Length > most)
            {
                throw new DamagedArchiveException($"its file '{Shown(name)}' is larger than {TableBounds.Describe(path8)}, as on no machine.");
            }

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

        // gzip checks its checksum at the end, behind the archive's last block.
        unpacked.Allow(1 << 20);
        while (unpacked.Read(buffer) > 0)
        {
        }

        // Where that is cut off, nothing is checked, and GZipStream says nothing. The last it has is how much was packed.
        Span<byte> size = stackalloc byte[sizeof(uint)];
        file.Position = file.Length - size.Length;
        file.ReadExactly(size);
        if (BinaryPrimitives.ReadUInt32LittleEndian(size) != (uint)unpacked.Position)
        {
            throw new DamagedArchiveException("its last bytes are missing, or something else follows them (several gzip files in one are none).");
        }
    }

    /// <summary>Headers are short; a longer one is damage.</summary>
    private static TarEntry? NextEntry(TarReader tar, BoundedStream unpacked)
    {
        unpacked.Allow(64 << 10);
        return tar.GetNextEntry();
    }

    /// <summary>Half of the free space, after a reserve.</summary>
    private static long FreeSpace(string folder)
    {
        try
        {
            // Windows has drives, other systems take any folder.
            var drive = new DriveInfo(OperatingSystem.IsWindows() ? System.IO.Path.GetPathRoot(System.IO.Path.GetFullPath(folder))! : folder);
            return drive is { TotalSize: > 0, TotalFreeSpace: >= 0 and long free } ? Math.Max(0, (free - Reserve) / 2) : long.MaxValue;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    private static string CheckedName(string name)
    {
        if (name.StartsWith(Folder, StringComparison.Ordinal) && name.Length <= MaxName
            && name.Split('/') is { Length: <= MaxDepth } parts && Array.TrueForAll(parts, part => part is not ("" or "." or "..") && !part.Contains('\0')))
        {
            return name[Folder.Length..];
        }

        throw new DamagedArchiveException($"'{Shown(name)}' is not the name of a file in a snapshot.");
    }

    private static string Shown(string name) => name.Length > 80 ? name[..80] + "…" : name;

    private void Add(string name, FilePart part)
    {
        if (!files.TryAdd(name, part))
        {
            throw new DamagedArchiveException($"it holds '{name}' twice.");
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
}
