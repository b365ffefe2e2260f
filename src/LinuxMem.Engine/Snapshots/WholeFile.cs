using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;
using Microsoft.Win32.SafeHandles;

namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// A file that is written: created without a name (O_TMPFILE), readable by its owner only, and named once it is
/// complete and on disk. So nobody sees a part of it, none is left behind by a kill, and no planted symbolic link
/// is followed. File systems without unnamed files get a temporary name.
/// </summary>
/// <remarks>
/// The folder may belong to somebody else: it is looked up once, a temporary name cannot be guessed, and that what bears a
/// name is still the file that was written is looked at before the name is changed and after.
/// </remarks>
internal sealed class WholeFile : IDisposable
{
    private readonly string path;
    private readonly WholeFileKind kind;
    private readonly byte[] name;
    private readonly bool force;
    private readonly FileDescriptor place;
    private readonly FileDescriptor file;
    private byte[]? partial;

    private WholeFile(string path, WholeFileKind kind, bool force, FileDescriptor place, FileDescriptor file, byte[]? partial)
    {
        this.path = path;
        this.kind = kind;
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
    /// <param name="kind">What it is, for messages; a snapshot if not given.</param>
    /// <exception cref="LinuxMemException">The path exists already, or cannot be written.</exception>
    public static WholeFile Create(string path, bool force, bool unnamed = true, WholeFileKind? kind = null)
    {
        kind ??= WholeFileKind.Snapshot;
        if (path.Length == 0 || path.Contains('\0') || path.EndsWith('/') || Path.GetFileName(path) is "." or "..")
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{path}' is not the name of a file. Give one such as {kind.Example}.", path);
        }

        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        FileDescriptor place = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(folder), 0]);
        if (!place.IsOpen)
        {
            throw NotWritten(kind, full, $"its folder '{folder}' cannot be opened: {Errno.Describe(place.Error)}.");
        }

        try
        {
            Refuse(place, [.. SurrogateEscape.Encode(Path.GetFileName(full)), 0], full, force);
        }
        catch
        {
            place.Dispose();
            throw;
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
            return new WholeFile(full, kind, force, place, file, partial);
        }

        place.Dispose();
        throw NotWritten(kind, full, $"{Errno.Describe(file.Error)}.");
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
            throw NotWritten(kind, path, e.Message, e);
        }

        int error = Fsync.File(file);
        cancellation.ThrowIfCancellationRequested();
        if (error == 0)
        {
            Refuse(place, name, path, force);
            error = GiveName();
        }

        if (error == 0)
        {
            if (!IsOurs(name))
            {
                throw Exchanged();
            }

            // Best effort: the file exists even if this sync of its folder fails.
            _ = Fsync.Names(place);
            return;
        }

        Refuse(place, name, path, force);
        throw NotWritten(kind, path, $"{Errno.Describe(error)}.");
    }

    public void Dispose()
    {
        // What somebody else has put under the temporary name is not ours to remove.
        bool isNamed = partial is not null && Stream.CanWrite && IsOurs(partial);
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // The last buffer cannot be written (a full disk); the file is dropped anyway.
        }

        if (isNamed)
        {
            DirectoryEntry.Unlink(place, partial);
        }

        place.Dispose();
    }

    internal static LinuxMemException NotWritten(WholeFileKind kind, string path, string why, Exception? e = null) =>
        new(LinuxMemError.FileNotWritten, $"The {kind.Name} '{path}' cannot be written: {why}", path, e);

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

        if (!IsOurs(partial))
        {
            throw Exchanged();
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

    /// <summary>True when that name in the folder is the file's, and not that of another which somebody has put there.</summary>
    private bool IsOurs(byte[] bearer)
    {
        using FileDescriptor found = place.OpenPlaceItself(bearer);
        return found.IsOpen
            && Statx.ReadIdentity(found, out FileIdentity there) == 0
            && Statx.ReadIdentity(file, out FileIdentity own) == 0
            && there == own;
    }

    private LinuxMemException Exchanged() =>
        NotWritten(kind, path, $"somebody has exchanged the file in the folder '{Folder}' meanwhile, and what is there now is not the {kind.Name}. Give a folder that only you can write to.");

    /// <summary>
    /// A symbolic link counts as an existing file, whatever its target; replacing means replacing the link itself. Looked at in
    /// the folder that was opened, not by its path.
    /// </summary>
    private static void Refuse(FileDescriptor place, byte[] name, string path, bool force)
    {
        using FileDescriptor there = place.OpenPlaceItself(name);
        if (!there.IsOpen)
        {
            // There is none; or it cannot be looked at, and giving the name will say why.
            return;
        }

        if (Statx.ReadFile(there, out FileIdentity found, out bool isLink, out _) == 0 && found.IsFolder)
        {
            throw new LinuxMemException(LinuxMemError.FileExists, $"'{path}' is a folder. Give the name of a file in it.", path);
        }

        if (!force)
        {
            throw new LinuxMemException(LinuxMemError.FileExists, $"'{path}' exists already. Give another name, or -Force (linuxmem: --force) to replace it.", path);
        }

        if (!isLink && !found.IsOrdinary)
        {
            throw new LinuxMemException(LinuxMemError.FileExists, $"'{path}' is not an ordinary file, and is not replaced. Give another name.", path);
        }
    }
}

/// <summary>What a file is that is written whole, as messages call it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Example">Such a name as it may have.</param>
internal sealed record WholeFileKind(string Name, string Example)
{
    /// <summary>A snapshot.</summary>
    public static WholeFileKind Snapshot { get; } = new("snapshot", "db1.tar.gz");

    /// <summary>Metrics.</summary>
    public static WholeFileKind Metrics { get; } = new("file of metrics", "linuxmem.prom");

    /// <summary>A report.</summary>
    public static WholeFileKind Report { get; } = new("report", "today.html");
}
