using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;
using Microsoft.Win32.SafeHandles;

namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// The file of a snapshot, created without a name (O_TMPFILE), readable by its owner only, and named once it is
/// complete and on disk. So nobody sees a partial snapshot, none is left behind by a kill, and no planted symbolic link
/// is followed. File systems without unnamed files get a temporary name.
/// </summary>
internal sealed class SnapshotFile : IDisposable
{
    private readonly string path;
    private readonly byte[] name;
    private readonly bool force;
    private readonly FileDescriptor place;
    private readonly FileDescriptor file;
    private byte[]? partial;

    private SnapshotFile(string path, bool force, FileDescriptor place, FileDescriptor file, byte[]? partial)
    {
        this.path = path;
        this.force = force;
        this.place = place;
        this.file = file;
        this.partial = partial;
        name = [.. SurrogateEscape.Encode(Path.GetFileName(path)), 0];
        Stream = new FileStream(new SafeFileHandle(file.Number, ownsHandle: true), FileAccess.Write);
    }

    /// <summary>The stream to write to.</summary>
    public FileStream Stream { get; }

    /// <summary>The folder of the file.</summary>
    public string Folder => Path.GetDirectoryName(path)!;

    /// <summary>Creates the file.</summary>
    /// <param name="path">Its final path.</param>
    /// <param name="force">Whether it may replace an existing file.</param>
    /// <param name="unnamed">Whether it may be unnamed while it is written; false is for tests.</param>
    /// <exception cref="LinuxMemException">The path exists already, or cannot be written.</exception>
    public static SnapshotFile Create(string path, bool force, bool unnamed = true)
    {
        if (path.Length == 0 || path.Contains('\0') || path.EndsWith('/') || Path.GetFileName(path) is "." or "..")
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{path}' is not the name of a file. Give one such as db1.tar.gz.", path);
        }

        string full = Path.GetFullPath(path);
        Refuse(full, force);
        string folder = Path.GetDirectoryName(full)!;
        FileDescriptor place = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(folder), 0]);
        if (!place.IsOpen)
        {
            throw NotWritten(full, $"its folder '{folder}' cannot be opened: {Errno.Describe(place.Error)}.");
        }

        byte[]? partial = null;
        FileDescriptor file = unnamed ? NewFile.CreateUnnamed(place, mayBeNamed: true) : new FileDescriptor(-Errno.EOPNOTSUPP);
        if (!file.IsOpen)
        {
            partial = PassingName();
            file = NewFile.Create(place, partial);
        }

        if (file.IsOpen)
        {
            return new SnapshotFile(full, force, place, file, partial);
        }

        place.Dispose();
        throw NotWritten(full, $"{Errno.Describe(file.Error)}.");
    }

    /// <summary>Syncs the file to disk and gives it its name.</summary>
    /// <param name="cancellation">Checked once more before the naming, because the sync may take long.</param>
    /// <exception cref="LinuxMemException">Another file has taken the name meanwhile, or the file cannot be
    /// written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and the file has no name.</exception>
    public void Commit(CancellationToken cancellation = default)
    {
        try
        {
            Stream.Flush();
        }
        catch (IOException e)
        {
            throw NotWritten(path, e.Message, e);
        }

        int error = Fsync.File(file);
        cancellation.ThrowIfCancellationRequested();
        if (error == 0)
        {
            Refuse(path, force);
            error = GiveName();
        }

        if (error == 0)
        {
            // Best effort: the file exists even if this sync of its folder fails.
            _ = Fsync.Names(place);
            return;
        }

        Refuse(path, force);
        throw NotWritten(path, $"{Errno.Describe(error)}.");
    }

    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // The last buffer cannot be written (a full disk); the file is dropped anyway.
        }

        if (partial is not null)
        {
            DirectoryEntry.Unlink(place, partial);
        }

        place.Dispose();
    }

    internal static LinuxMemException NotWritten(string path, string why, Exception? e = null) =>
        new(LinuxMemError.FileNotWritten, $"The snapshot '{path}' cannot be written: {why}", path, e);

    private static byte[] PassingName() => [.. System.Text.Encoding.ASCII.GetBytes($".linuxmem-{Guid.NewGuid():N}.part"), 0];

    /// <summary>Returns 0, or the error number: EEXIST when another file has the name.</summary>
    private int GiveName()
    {
        int error;
        if (partial is null)
        {
            error = DirectoryEntry.Link(file, place, name);
            if (error != Errno.EEXIST || !force)
            {
                return error;
            }

            // link(2) cannot replace a file, rename(2) can.
            byte[] passing = PassingName();
            error = DirectoryEntry.Link(file, place, passing);
            if (error != 0)
            {
                return error;
            }

            partial = passing;
        }

        error = DirectoryEntry.Rename(place, partial, name, force);
        if (error is Errno.EINVAL or Errno.ENOSYS && !force)
        {
            // RENAME_NOREPLACE is not supported by every file system.
            error = DirectoryEntry.Link(place, partial, name);
            if (error == 0)
            {
                DirectoryEntry.Unlink(place, partial);
            }
            else if (error is Errno.EPERM or Errno.EOPNOTSUPP)
            {
                // No hard links either (FAT): fall back to a plain rename; that the name is free was checked a moment
                // ago.
                error = DirectoryEntry.Rename(place, partial, name, replace: true);
            }
        }

        partial = error == 0 ? null : partial;
        return error;
    }

    /// <summary>
    /// A symbolic link counts as an existing file, whatever its target; replacing means replacing the link itself.
    /// </summary>
    private static void Refuse(string path, bool force)
    {
        bool isLink = new FileInfo(path).LinkTarget is not null;
        if (!isLink && Directory.Exists(path))
        {
            throw new LinuxMemException(LinuxMemError.FileExists, $"'{path}' is a folder. Give the name of a file in it.", path);
        }

        if (!force && (isLink || File.Exists(path)))
        {
            throw new LinuxMemException(LinuxMemError.FileExists, $"'{path}' exists already. Give another name, or -Force (linuxmem: --force) to replace it.", path);
        }

        if (!isLink && File.Exists(path))
        {
            using FileDescriptor place = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(path), 0]);
            if (place.IsOpen && Statx.ReadIdentity(place, out FileIdentity found) == 0 && !found.IsOrdinary)
            {
                throw new LinuxMemException(LinuxMemError.FileExists, $"'{path}' is not an ordinary file, and is not replaced. Give another name.", path);
            }
        }
    }
}
