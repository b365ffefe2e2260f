using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// The file that a snapshot becomes. It is written under another name, for its owner only, and gets its own name
/// when it is whole: nobody ever sees a part of one, and no link that somebody planted is followed.
/// </summary>
internal sealed class SnapshotFile : IDisposable
{
    private readonly string path;
    private readonly string partial;
    private readonly bool force;
    private bool isMoved;

    private SnapshotFile(string path, string partial, bool force, FileStream stream)
    {
        this.path = path;
        this.partial = partial;
        this.force = force;
        Stream = stream;
    }

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>The folder that it is in.</summary>
    public string Folder => Path.GetDirectoryName(partial)!;

    /// <summary>Begins a file.</summary>
    /// <exception cref="LinuxMemException">It is there already, or cannot be written.</exception>
    public static SnapshotFile Create(string path, bool force)
    {
        if (path.Length == 0 || path.Contains('\0') || path.EndsWith('/') || Path.GetFileName(path) is "." or "..")
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"'{path}' is not the name of a file. Give one such as db1.tar.gz.", path);
        }

        string full = Path.GetFullPath(path);
        Refuse(full, force);
        string partial = Path.Combine(Path.GetDirectoryName(full)!, $".linuxmem-{Guid.NewGuid():N}.part");
        try
        {
            return new SnapshotFile(full, partial, force, new FileStream(partial, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(full, e);
        }
    }

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="LinuxMemException">Another file has got it meanwhile, or it cannot be written.</exception>
    public void Commit()
    {
        try
        {
            Stream.Dispose();
            Refuse(path, force);
            File.Move(partial, path, overwrite: force);
            isMoved = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(path, force);
            throw NotWritten(path, e);
        }
    }

    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What it still held finds no room; the file is removed.
        }

        if (!isMoved)
        {
            File.Delete(partial);
        }
    }

    internal static LinuxMemException NotWritten(string path, Exception e) =>
        new(LinuxMemError.FileNotWritten, $"The snapshot '{path}' cannot be written: {e.Message}", path, e);

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
            using Descriptor place = Descriptor.WorkingDirectory.OpenPlace([.. KernelText.Encode(path), 0]);
            if (place.IsOpen && StatX.ReadMode(place, out bool isOrdinary) == 0 && !isOrdinary)
            {
                throw new LinuxMemException(LinuxMemError.FileExists, $"'{path}' is not an ordinary file, and is not replaced. Give another name.", path);
            }
        }
    }
}
