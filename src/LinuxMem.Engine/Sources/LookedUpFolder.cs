using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>The folder (or file) that a path led to when it was looked up, even if the path leads elsewhere later.</summary>
internal sealed class LookedUpFolder : IDisposable
{
    private readonly string path;
    private readonly FolderHandle handle;
    private readonly FileIdentity identity;

    private LookedUpFolder(string path, FolderHandle handle, in FileIdentity identity)
    {
        this.path = path;
        this.handle = handle;
        this.identity = identity;
    }

    /// <summary>The folder, while it is not disposed.</summary>
    public FileDescriptor Descriptor => handle.Descriptor;

    /// <summary>Looks a path up.</summary>
    /// <param name="path">The path.</param>
    /// <param name="identity">What was found.</param>
    /// <param name="error">0, or the error number.</param>
    public static LookedUpFolder LookUp(string path, out FileIdentity identity, out int error)
    {
        FileDescriptor descriptor = FileDescriptor.WorkingDirectory.OpenPlace(Bytes(path));
        identity = default;
        error = descriptor.IsOpen ? Statx.ReadIdentity(descriptor, out identity) : descriptor.Error;
        return new LookedUpFolder(path, new FolderHandle(descriptor), identity);
    }

    /// <summary>The folders in it that are called by numbers.</summary>
    /// <exception cref="LinuxMemException">No file can be opened any more.</exception>
    public List<int> Numbers()
    {
        using Held held = Hold();
        return NumbersIn(held.Folder, path);
    }

    /// <summary>The folders in a folder that are called by numbers; one that has gone meanwhile has none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">The tree, for messages.</param>
    /// <exception cref="LinuxMemException">No file can be opened any more.</exception>
    public static List<int> NumbersIn(FileDescriptor folder, string path)
    {
        List<int> numbers = Readdir.Numbers(folder, out int error);
        return !Errno.IsOutOfFiles(error) ? numbers
            : throw new LinuxMemException(LinuxMemError.SystemError, $"The processes cannot be listed, no file can be opened: {Errno.Describe(error)}. Raise the limit of open files (ulimit -n), or close some.", path);
    }

    /// <summary>Keeps the folder open during a call. After it was disposed, opens it again, if the path still leads to it.</summary>
    public Held Hold()
    {
        bool isHeld = false;
        try
        {
            if (!handle.IsClosed)
            {
                handle.DangerousAddRef(ref isHeld);
                return new Held(handle, handle.Descriptor);
            }
        }
        catch (ObjectDisposedException)
        {
            // Disposed just now, by another thread.
        }

        FileDescriptor again = FileDescriptor.WorkingDirectory.OpenPlace(Bytes(path));
        if (again.IsOpen && (Statx.ReadIdentity(again, out FileIdentity now) != 0 || now != identity))
        {
            again.Dispose();
            again = new FileDescriptor(-Errno.ENOENT);
        }

        return new Held(null, again);
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static byte[] Bytes(string path) => [.. SurrogateEscape.Encode(path), 0];

    /// <summary>The folder, open for a call.</summary>
    internal readonly ref struct Held(FolderHandle? handle, FileDescriptor folder)
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
