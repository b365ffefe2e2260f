using System.Buffers.Text;
using System.IO.Enumeration;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// A /proc tree: the live one, another view of it (<c>/host/proc</c> in a container), a copy in a folder, or a
/// snapshot (<see cref="Snapshots.MemSnapshot"/>), as its file or unpacked.
/// </summary>
public sealed class ProcRoot
{
    /// <summary>Where the kernel's own /proc is mounted.</summary>
    public const string DefaultPath = "/proc";

    private const string Wanted = "Give the path of a /proc tree, such as /proc, or of a snapshot.";

    private readonly PlaceHandle place;
    private readonly SnapshotArchive? archive;

    private ProcRoot(string path, PlaceHandle place, SnapshotArchive? archive)
    {
        Path = path;
        this.place = place;
        this.archive = archive;
        IsLive = archive is null && StatFs.IsProcfs(place.Descriptor);
        Snapshot = IsLive ? null : ReadManifest();
        PageSize = Snapshot?.PageSize ?? (ulong)Environment.SystemPageSize;
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>True for a procfs of the running kernel, false for a copy in ordinary files.</summary>
    public bool IsLive { get; }

    /// <summary>What a snapshot says of its machine; null for every other tree.</summary>
    internal SnapshotManifest? Snapshot { get; }

    /// <summary>The size of a base page of the machine that the tree is of, in bytes.</summary>
    internal ulong PageSize { get; }

    /// <summary>Opens a file below the tree; <paramref name="name"/> ends with a NUL byte.</summary>
    internal Descriptor Open(ReadOnlySpan<byte> name)
    {
        Descriptor file = archive is null ? place.Descriptor.Open(name) : archive.Open(name);
        GC.KeepAlive(place);

        // What could not be read when a snapshot was taken cannot be read now for the same reason.
        return file.Number == -Errno.ENOENT && Snapshot is not null && Snapshot.Refused.TryGetValue(SnapshotArchive.Text(name), out int error)
            ? new Descriptor(-error)
            : file;
    }

    /// <summary>Opens a folder below the tree to look up files in it; <paramref name="name"/> ends with a NUL byte.</summary>
    internal ProcFolder OpenPlace(ReadOnlySpan<byte> name)
    {
        Descriptor folder = archive is null ? place.Descriptor.OpenPlace(name) : archive.OpenPlace(name);
        GC.KeepAlive(place);
        return new ProcFolder(this, folder, Snapshot is null ? null : SnapshotArchive.Text(name));
    }

    /// <summary>Reads a whole file: see <see cref="ProcFile.ReadAll"/>.</summary>
    internal int ReadAll(ReadOnlySpan<byte> name, ref byte[] buffer)
    {
        int n = ProcFile.ReadAll(Open(name), ref buffer);
        GC.KeepAlive(place);
        return n;
    }

    /// <summary>Reads a file that comes in one piece: see <see cref="ProcFile.ReadRecord"/>.</summary>
    internal int ReadRecord(ReadOnlySpan<byte> name, ref byte[] buffer)
    {
        int n = ProcFile.ReadRecord(Open(name), ref buffer);
        GC.KeepAlive(place);
        return n;
    }

    /// <summary>Reads the target of a symbolic link; minus the error number when it cannot be read.</summary>
    internal int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        if (Snapshot is not null)
        {
            // A snapshot has no links: their targets stand in files.
            using Descriptor file = Open(name);
            return file.IsOpen ? file.ReadAt(buffer, 0) : file.Number;
        }

        int n = place.Descriptor.ReadLink(name, buffer);
        GC.KeepAlive(place);
        return n;
    }

    /// <summary>Opens a /proc tree.</summary>
    /// <param name="path">The folder, or the file of a snapshot; <c>/proc</c> when null.</param>
    /// <param name="cancellation">Ends it, also while the file system that the path leads to does not answer.</param>
    /// <exception cref="LinuxMemException">
    /// The folder does not exist or holds no processes (<see cref="LinuxMemError.NotProc"/>), or the snapshot is
    /// damaged (<see cref="LinuxMemError.InvalidSnapshot"/>).
    /// </exception>
    public static ProcRoot Open(string? path = null, CancellationToken cancellation = default)
    {
        path ??= DefaultPath;
        if (path.Length == 0 || path.Contains('\0'))
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"The /proc folder to read has no usable name. {Wanted}", path);
        }

        // Any other path may lead to files of a lesser user.
        return path == DefaultPath ? OpenNow(path, cancellation) : AbandonableCall.Run(stop => OpenNow(path, stop), cancellation);
    }

    private static ProcRoot OpenNow(string path, CancellationToken cancellation)
    {
        Descriptor descriptor = Descriptor.WorkingDirectory.OpenPlace(PathBytes(path));
        if (!descriptor.IsOpen)
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"Cannot open '{path}' as a /proc tree: {Errno.Describe(descriptor.Error)}. {Wanted}", path);
        }

        var place = new PlaceHandle(descriptor);
        bool isFolder = StatX.ReadMode(descriptor, out _, out bool folder) == 0 && folder;
        var root = new ProcRoot(path, place, isFolder ? null : SnapshotArchive.Unpack(path, descriptor, cancellation));
        if (!root.HoldsProcesses())
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is not a /proc tree: it has no numbered process folder with a 'stat' file in it. {Wanted}", path);
        }

        return root;
    }

    /// <summary>The ids of all processes there are now, in no particular order.</summary>
    internal List<int> ProcessIds() => archive?.NumberedFolders(string.Empty).ToList() ?? NumberedFolders(Path);

    /// <summary>The ids of the threads of a process; empty when it is gone.</summary>
    internal List<int> ThreadIds(int pid)
    {
        string tasks = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{pid}/task");
        return archive?.NumberedFolders(tasks).ToList() ?? NumberedFolders(System.IO.Path.Combine(Path, tasks));
    }

    /// <summary>Writes <c>PID</c> + <paramref name="tail"/> (such as <c>/stat</c>) and a NUL byte; returns what was written.</summary>
    internal static ReadOnlySpan<byte> ProcessPath(Span<byte> buffer, int pid, ReadOnlySpan<byte> tail)
    {
        Utf8Formatter.TryFormat(pid, buffer, out int length);
        tail.CopyTo(buffer[length..]);
        length += tail.Length;
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }

    private static List<int> NumberedFolders(string path)
    {
        try
        {
            return
            [
                .. new FileSystemEnumerable<int>(
                    path,
                    (ref FileSystemEntry entry) => int.Parse(entry.FileName, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture),
                    new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true })
                {
                    ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                        entry.FileName[0] is >= '1' and <= '9'
                        && int.TryParse(entry.FileName, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _),
                },
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Also while the folder is read: that of the threads of a process that ends meanwhile says so then.
            return [];
        }
    }

    private SnapshotManifest? ReadManifest()
    {
        using Descriptor file = archive?.Open(SnapshotManifest.FileName) ?? place.Descriptor.Open(SnapshotManifest.FileName);
        return file.IsOpen ? SnapshotManifest.Read(file, Path)
            : archive is null ? null
            : throw new LinuxMemException(LinuxMemError.InvalidSnapshot, $"'{Path}' is no snapshot, or only the beginning of one: its last entry, '{SnapshotArchive.Text(SnapshotManifest.FileName)}', is missing. Copy the file again, or take a new snapshot.", Path);
    }

    private static byte[] PathBytes(string path) => [.. KernelText.Encode(path), 0];

    private bool HoldsProcesses()
    {
        byte[] name = new byte[32];
        foreach (int pid in ProcessIds())
        {
            using Descriptor stat = Open(ProcessPath(name, pid, "/stat"u8));
            if (stat.IsOpen)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Closes the folder when nobody refers to the tree any more: the facts of processes are read for as long
    /// as somebody holds one of them. Calls keep it alive until they have returned.
    /// </summary>
    private sealed class PlaceHandle(Descriptor descriptor)
    {
        ~PlaceHandle() => Descriptor.Dispose();

        public Descriptor Descriptor { get; } = descriptor;
    }
}
