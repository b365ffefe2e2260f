using System.Buffers.Text;
using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// A /proc tree: the live one, another view of it (<c>/host/proc</c> in a container), a copy in a folder, or a
/// snapshot (<see cref="SnapshotManifest"/>), as its file or unpacked.
/// </summary>
/// <remarks>
/// Whoever opens one disposes it. Its path is looked up once; everything in it is opened through that folder. Processes
/// may outlive it: of a folder, their facts are then read from it as long as it is still the same; of a
/// snapshot's file, only those are there that were read before.
/// </remarks>
public sealed class Machine : IDisposable
{
    /// <summary>Where the kernel's own /proc is mounted.</summary>
    public const string DefaultPath = "/proc";

    private const string Wanted = "Give the path of a /proc tree, such as /proc, or of a snapshot.";

    private readonly FolderHandle place;
    private readonly FileIdentity identity;
    private readonly SnapshotArchive? archive;

    private Machine(string path, FolderHandle place, in FileIdentity identity, SnapshotArchive? archive)
    {
        Path = path;
        this.place = place;
        this.identity = identity;
        this.archive = archive;
        IsLive = archive is null && Statfs.IsProcfs(place.FileDescriptor);
        Snapshot = IsLive ? null : ReadManifest();
        PageSize = Snapshot?.PageSize ?? (ulong)Environment.SystemPageSize;
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>True for a procfs of the running kernel, false for a copy in ordinary files.</summary>
    public bool IsLive { get; }

    /// <summary>True when what has not been read yet cannot be read any more once the tree is disposed.</summary>
    internal bool EndsWithItsFile => archive is not null;

    /// <summary>What a snapshot says of its machine; null for every other tree.</summary>
    internal SnapshotManifest? Snapshot { get; }

    /// <summary>The size of a base page of the machine that the tree is of, in bytes.</summary>
    internal ulong PageSize { get; }

    /// <summary>Opens a file below the tree; <paramref name="name"/> ends with a NUL byte.</summary>
    internal FileDescriptor Open(ReadOnlySpan<byte> name)
    {
        FileDescriptor file;
        if (archive is not null)
        {
            file = archive.Open(name);
        }
        else
        {
            using Held held = Hold();
            file = OpenIn(held.Folder, name);
        }

        // What could not be read when a snapshot was taken cannot be read now for the same reason.
        return file.Number == -Errno.ENOENT && Snapshot is not null && Snapshot.Refused.TryGetValue(SnapshotArchive.Text(name), out int error)
            ? new FileDescriptor(-error)
            : file;
    }

    /// <summary>Opens a folder below the tree to look up files in it; <paramref name="name"/> ends with a NUL byte.</summary>
    internal MachineFolder OpenPlace(ReadOnlySpan<byte> name)
    {
        FileDescriptor folder;
        if (archive is not null)
        {
            folder = archive.OpenPlace(name);
        }
        else
        {
            using Held held = Hold();
            folder = IsLive ? held.Folder.OpenPlace(name) : CopiedTree.OpenPlace(held.Folder, name);
        }

        return new MachineFolder(this, folder, Snapshot is null ? null : SnapshotArchive.Text(name));
    }

    /// <summary>Opens a file in a folder of the tree, of a live one or of a copy.</summary>
    internal FileDescriptor OpenIn(FileDescriptor folder, ReadOnlySpan<byte> name) => IsLive ? folder.Open(name) : CopiedTree.Open(folder, name);

    /// <summary>Reads a whole file: see <see cref="ProcFile.ReadAll"/>.</summary>
    internal int ReadAll(ReadOnlySpan<byte> name, ref byte[] buffer) => ProcFile.ReadAll(Open(name), ref buffer);

    /// <summary>Reads a file that comes in one piece: see <see cref="ProcFile.ReadRecord"/>.</summary>
    internal int ReadRecord(ReadOnlySpan<byte> name, ref byte[] buffer) => ProcFile.ReadRecord(Open(name), ref buffer);

    /// <summary>Reads the target of a symbolic link; minus the error number when it cannot be read.</summary>
    internal int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        if (Snapshot is not null)
        {
            // A snapshot has no links: their targets stand in files.
            using FileDescriptor file = Open(name);
            return file.IsOpen ? file.ReadAt(buffer, 0) : file.Number;
        }

        using Held held = Hold();
        return IsLive ? held.Folder.ReadLink(name, buffer) : CopiedTree.ReadLink(held.Folder, name, buffer);
    }

    /// <summary>Opens a /proc tree.</summary>
    /// <param name="path">The folder, or the file of a snapshot; <c>/proc</c> when null.</param>
    /// <param name="cancellation">Ends it, also while the file system that the path leads to does not answer.</param>
    /// <exception cref="LinuxMemException">
    /// The folder does not exist or holds no processes (<see cref="LinuxMemError.NotProc"/>), or the snapshot is
    /// damaged (<see cref="LinuxMemError.InvalidSnapshot"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Machine Open(string? path = null, CancellationToken cancellation = default)
    {
        path ??= DefaultPath;
        if (path.Length == 0 || path.Contains('\0'))
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"The /proc folder to read has no usable name. {Wanted}", path);
        }

        // Any other path may lead to files of a lesser user.
        return path == DefaultPath ? OpenHere(path, cancellation) : AbandonableCall.Run(stop => OpenHere(path, stop), cancellation);
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        place.Dispose();
        archive?.Dispose();
    }

    /// <summary>The ids of all processes there are now, in no particular order.</summary>
    internal List<int> ProcessIds()
    {
        if (archive is not null)
        {
            return [.. archive.NumberedFolders(string.Empty)];
        }

        using Held held = Hold();
        return Numbers(held.Folder);
    }

    /// <summary>The ids of the threads of a process; empty when it is gone.</summary>
    internal List<int> ThreadIds(int pid)
    {
        if (archive is not null)
        {
            return [.. archive.NumberedFolders(string.Create(CultureInfo.InvariantCulture, $"{pid}/task"))];
        }

        Span<byte> name = stackalloc byte[32];
        using MachineFolder tasks = OpenPlace(ProcessPath(name, pid, "/task"u8));
        return tasks.IsOpen ? Numbers(tasks.Place) : [];
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

    private static Machine OpenHere(string path, CancellationToken cancellation)
    {
        FileDescriptor descriptor = FileDescriptor.WorkingDirectory.OpenPlace(PathBytes(path));
        int error = descriptor.IsOpen ? 0 : descriptor.Error;
        FileIdentity identity = default;
        error = error == 0 ? Statx.ReadIdentity(descriptor, out identity) : error;
        if (error != 0)
        {
            descriptor.Dispose();
            throw new LinuxMemException(LinuxMemError.NotProc, $"Cannot open '{path}' as a /proc tree: {Errno.Describe(error)}. {Wanted}", path);
        }

        var place = new FolderHandle(descriptor);
        SnapshotArchive? archive = null;
        try
        {
            if (!identity.IsFolder && !identity.IsOrdinary)
            {
                throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is neither a folder nor an ordinary file. {Wanted}", path);
            }

            archive = identity.IsFolder ? null : SnapshotArchive.Unpack(path, descriptor, cancellation);
            var root = new Machine(path, place, identity, archive);
            return root.HoldsProcesses(cancellation)
                ? root
                : throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is not a /proc tree: it has no numbered process folder with a 'stat' file in it. {Wanted}", path);
        }
        catch
        {
            place.Dispose();
            archive?.Dispose();
            throw;
        }
    }

    private List<int> Numbers(FileDescriptor folder)
    {
        // A folder that has gone meanwhile, such as that of the threads of a process that has ended, has none.
        List<int> numbers = FolderListing.Numbers(folder, out int error);
        return !Errno.IsOutOfFiles(error) ? numbers
            : throw new LinuxMemException(LinuxMemError.SystemError, $"The processes cannot be listed, no file can be opened: {Errno.Describe(error)}. Raise the limit of open files (ulimit -n), or close some.", Path);
    }

    private SnapshotManifest? ReadManifest()
    {
        using FileDescriptor file = archive?.Open(SnapshotManifest.FileName) ?? CopiedTree.Open(place.FileDescriptor, SnapshotManifest.FileName);
        return file.IsOpen ? SnapshotManifest.Read(file, Path)
            : archive is null ? null
            : throw new LinuxMemException(LinuxMemError.InvalidSnapshot, $"'{Path}' is no snapshot, or only the beginning of one: its last entry, '{SnapshotArchive.Text(SnapshotManifest.FileName)}', is missing. Copy the file again, or take a new snapshot.", Path);
    }

    private static byte[] PathBytes(string path) => [.. SurrogateEscape.Encode(path), 0];

    private bool HoldsProcesses(CancellationToken cancellation)
    {
        byte[] name = new byte[32];
        foreach (int pid in ProcessIds())
        {
            cancellation.ThrowIfCancellationRequested();
            using FileDescriptor stat = Open(ProcessPath(name, pid, "/stat"u8));
            if (stat.IsOpen)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps the folder open for a call; after the tree has been disposed, opens it anew, if it is still the same.</summary>
    private Held Hold()
    {
        bool isHeld = false;
        try
        {
            if (!place.IsClosed)
            {
                place.DangerousAddRef(ref isHeld);
                return new Held(place, place.FileDescriptor);
            }
        }
        catch (ObjectDisposedException)
        {
            // Disposed just now, by another thread.
        }

        FileDescriptor again = FileDescriptor.WorkingDirectory.OpenPlace(PathBytes(Path));
        if (again.IsOpen && (Statx.ReadIdentity(again, out FileIdentity now) != 0 || now != identity))
        {
            again.Dispose();
            again = new FileDescriptor(-Errno.ENOENT);
        }

        return new Held(null, again);
    }

    /// <summary>The folder, open for a call.</summary>
    private readonly ref struct Held(FolderHandle? handle, FileDescriptor folder)
    {
        /// <summary>The folder; looking up in one that could not be opened again fails.</summary>
        public FileDescriptor Folder => folder;

        public void Dispose()
        {
            if (handle is null)
            {
                folder.Dispose();
            }
            else
            {
                handle.DangerousRelease();
            }
        }
    }
}
