using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;
using Microsoft.Win32.SafeHandles;

namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// The file that a snapshot becomes. It is written without a name, for its owner only, and gets its name when it is
/// whole and on the disk: nobody ever sees a part of one, nothing is left of it when it is killed, and no link that
/// somebody planted is followed. Only where the file system has no files without a name it has a passing one.
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

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>The folder that it is in.</summary>
    public string Folder => Path.GetDirectoryName(path)!;

    /// <summary>Begins a file.</summary>
    /// <param name="path">What it is to be called.</param>
    /// <param name="force">Whether it may replace another file.</param>
    /// <param name="unnamed">Whether it may be without a name for as long as it is written; false is for tests.</param>
    /// <exception cref="LinuxMemException">It is there already, or cannot be written.</exception>
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

    /// <summary>Gives the file its name, once it is on the disk.</summary>
    /// <param name="cancellation">Asked once more before it has its name, for the disk may take its time.</param>
    /// <exception cref="LinuxMemException">Another file has got it meanwhile, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and has no name.</exception>
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
            // A name that the disk may still lose is no reason to say that the file is not there.
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
            // What it still held finds no room; the file goes.
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

            // A link replaces nothing, a change of names does.
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
            // Not every file system can change a name without replacing another.
            error = DirectoryEntry.Link(place, partial, name);
            if (error == 0)
            {
                DirectoryEntry.Unlink(place, partial);
            }
            else if (error is Errno.EPERM or Errno.EOPNOTSUPP)
            {
                // No second names either (FAT): that there is no such file was seen a moment ago.
                error = DirectoryEntry.Rename(place, partial, name, replace: true);
            }
        }

        partial = error == 0 ? null : partial;
        return error;
    }

    /// <summary>A link counts as a file that is there, wherever it leads; to replace it is to replace the link.</summary>
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
