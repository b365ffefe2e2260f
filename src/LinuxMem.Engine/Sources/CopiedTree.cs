using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// A copy of a /proc tree, which anybody may have made: nothing outside its folder is opened, no link is followed, and only
/// ordinary files are read (a FIFO would block, and opening a device may have effects).
/// </summary>
internal static class CopiedTree
{
    /// <summary>Opens a file of the tree; <paramref name="name"/> ends with a NUL byte.</summary>
    public static FileDescriptor Open(LookedUpFolder place, ReadOnlySpan<byte> name)
    {
        using LookedUpFolder.Held held = place.Hold();
        return Open(held.Folder, name);
    }

    /// <summary>Opens a folder of the tree; <paramref name="name"/> ends with a NUL byte.</summary>
    public static FileDescriptor OpenPlace(LookedUpFolder place, ReadOnlySpan<byte> name)
    {
        using LookedUpFolder.Held held = place.Hold();
        return OpenPlace(held.Folder, name);
    }

    /// <summary>Reads the target of a link of the tree; minus the error number when it cannot be read.</summary>
    public static int ReadLink(LookedUpFolder place, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        using LookedUpFolder.Held held = place.Hold();
        return ReadLink(held.Folder, name, buffer);
    }

    /// <summary>The ids of the threads of a process.</summary>
    public static List<int> ThreadIds(LookedUpFolder place, string path, int pid)
    {
        Span<byte> name = stackalloc byte[32];
        using FileDescriptor tasks = OpenPlace(place, ProcTree.ProcessPath(name, pid, "/task"u8));
        return tasks.IsOpen ? LookedUpFolder.NumbersIn(tasks, path) : [];
    }

    /// <summary>Opens a file; <paramref name="name"/> ends with a NUL byte.</summary>
    public static FileDescriptor Open(FileDescriptor folder, ReadOnlySpan<byte> name)
    {
        using FileDescriptor place = OpenPlace(folder, name);
        if (!place.IsOpen)
        {
            return new FileDescriptor(-place.Error);
        }

        int error = Statx.ReadIdentity(place, out FileIdentity file);
        return error != 0 ? new FileDescriptor(-error)
            : file.IsFolder ? new FileDescriptor(-Errno.EISDIR)
            : !file.IsOrdinary ? new FileDescriptor(-Errno.ELOOP)
            : place.Reopen();
    }

    /// <summary>Opens a folder, or a file without reading it; <paramref name="name"/> ends with a NUL byte.</summary>
    public static FileDescriptor OpenPlace(FileDescriptor folder, ReadOnlySpan<byte> name)
    {
        FileDescriptor parent = Parent(folder, ref name);
        FileDescriptor place = parent.IsOpen ? parent.OpenPlaceItself(name) : new FileDescriptor(-parent.Error);
        Close(parent, folder);
        return place;
    }

    /// <summary>Reads the target of a link; minus the error number when it cannot be read.</summary>
    public static int ReadLink(FileDescriptor folder, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        FileDescriptor parent = Parent(folder, ref name);
        int n = parent.IsOpen ? parent.ReadLink(name, buffer) : -parent.Error;
        Close(parent, folder);
        return n;
    }

    /// <summary>Opens the folder that the last part of a name lies in, part by part; the folder itself for a name of one part.</summary>
    private static FileDescriptor Parent(FileDescriptor folder, scoped ref ReadOnlySpan<byte> name)
    {
        Span<byte> part = stackalloc byte[256];
        FileDescriptor parent = folder;
        for (int slash = name.IndexOf((byte)'/'); slash >= 0; slash = name.IndexOf((byte)'/'))
        {
            if (slash >= part.Length)
            {
                Close(parent, folder);
                return new FileDescriptor(-Errno.ENOENT);
            }

            name[..slash].CopyTo(part);
            part[slash] = 0;
            FileDescriptor next = parent.OpenPlaceItself(part[..(slash + 1)]);
            Close(parent, folder);
            if (!next.IsOpen)
            {
                return next;
            }

            // A link in place of a folder is opened itself, so that the next lookup fails (ENOTDIR).
            parent = next;
            name = name[(slash + 1)..];
        }

        return parent;
    }

    private static void Close(FileDescriptor parent, FileDescriptor folder)
    {
        if (parent.Number != folder.Number)
        {
            parent.Dispose();
        }
    }
}
