using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// Files of a /proc tree in ordinary files, which anybody may have made: everything lies beneath the folder it is looked up
/// in and on the same mount, no link is followed, and nothing but ordinary files is opened (a pipe would never answer, a
/// device do anything).
/// </summary>
internal static class CopiedTree
{
    /// <summary>Opens a file of the tree; <paramref name="name"/> ends with a NUL byte.</summary>
    /// <param name="place">The tree.</param>
    /// <param name="name">The name.</param>
    /// <param name="refused">Takes the name of a file that is there and is not read.</param>
    public static FileDescriptor Open(LookedUpFolder place, ReadOnlySpan<byte> name, RefusedFiles? refused = null)
    {
        using LookedUpFolder.Held held = place.Hold();
        return Open(held.Folder, name, refused);
    }

    /// <summary>Opens a folder of the tree; <paramref name="name"/> ends with a NUL byte.</summary>
    public static FileDescriptor OpenPlace(LookedUpFolder place, ReadOnlySpan<byte> name, RefusedFiles? refused = null)
    {
        using LookedUpFolder.Held held = place.Hold();
        FileDescriptor folder = PlaceBeneath.Open(held.Folder, name);
        refused?.AddIfStrange(name, folder.IsOpen ? 0 : folder.Error);
        return folder;
    }

    /// <summary>Reads the target of a link of the tree as text; minus the error number when it cannot be read.</summary>
    public static int ReadLink(LookedUpFolder place, ReadOnlySpan<byte> name, Span<byte> buffer, RefusedFiles? refused = null)
    {
        using LookedUpFolder.Held held = place.Hold();
        int last = name.LastIndexOf((byte)'/');
        if (last < 0)
        {
            return held.Folder.ReadLink(name, buffer);
        }

        Span<byte> parent = stackalloc byte[PlaceBeneath.MaxName];
        if (last >= parent.Length)
        {
            return -Errno.ENOENT;
        }

        name[..last].CopyTo(parent);
        parent[last] = 0;
        using FileDescriptor folder = PlaceBeneath.Open(held.Folder, parent[..(last + 1)]);
        refused?.AddIfStrange(name, folder.IsOpen ? 0 : folder.Error);

        // In a link in the place of the folder nothing is looked up (ENOTDIR).
        return folder.IsOpen ? folder.ReadLink(name[(last + 1)..], buffer) : -folder.Error;
    }

    /// <summary>The ids of the threads of a process.</summary>
    public static List<int> ThreadIds(LookedUpFolder place, string path, int pid)
    {
        Span<byte> name = stackalloc byte[32];
        using FileDescriptor tasks = OpenPlace(place, ProcTree.ProcessPath(name, pid, "/task"u8));
        return tasks.IsOpen ? LookedUpFolder.NumbersIn(tasks, path) : [];
    }

    /// <summary>Opens a file beneath a folder; <paramref name="name"/> ends with a NUL byte.</summary>
    public static FileDescriptor Open(FileDescriptor folder, ReadOnlySpan<byte> name, RefusedFiles? refused = null)
    {
        using FileDescriptor place = PlaceBeneath.Open(folder, name);
        int error = place.IsOpen ? Judge(place, name) : place.Error;
        refused?.AddIfStrange(name, error);
        return error == 0 ? place.Reopen() : new FileDescriptor(-error);
    }

    /// <summary>Looks at what was found before it is opened: that alone makes devices do things, and waits for pipes.</summary>
    private static int Judge(FileDescriptor place, ReadOnlySpan<byte> name)
    {
        int error = Statx.ReadFile(place, out FileIdentity file, out bool isLink, out ulong size);
        return error != 0 ? error
            : file.IsFolder ? Errno.EISDIR
            : isLink ? Errno.ELOOP
            : !file.IsOrdinary ? Errno.ENXIO
            : size > (ulong)TableBounds.Of(name.TrimEnd((byte)0)) && !IsReadInParts(name) ? Errno.EOVERFLOW
            : 0;
    }

    private static bool IsReadInParts(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> last = name[(name.LastIndexOf((byte)'/') + 1)..].TrimEnd((byte)0);
        return last.SequenceEqual("pagemap"u8) || last.SequenceEqual("kpageflags"u8) || last.EndsWith(".runs"u8);
    }
}
