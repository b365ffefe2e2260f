using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// Files of a user, which he may have made to be anything: read only what is an ordinary file, that he could read himself by its mode
/// and those of the folders on the way, and that no link leads to. No FIFO is waited for. Whoever calls this can be left behind: the
/// files may lie where nobody answers.
/// </summary>
/// <param name="uid">The user.</param>
/// <param name="gid">His group.</param>
internal sealed class OwnersFile(uint uid, uint gid)
{
    /// <summary>Why the last file was not read, as a clause; null when it was.</summary>
    public string? Refusal { get; private set; }

    /// <summary>When the files that were read were changed last, in nanoseconds since 1970; 0 for none.</summary>
    public long Changed { get; private set; }

    /// <summary>Reads a file; null when it was not read (<see cref="Refusal"/>).</summary>
    /// <param name="folder">The folder that the path begins at; it stays open.</param>
    /// <param name="path">The path below it.</param>
    /// <param name="most">The most bytes it may have.</param>
    public byte[]? Read(FileDescriptor folder, string path, int most)
    {
        using FileDescriptor place = Find(folder, path, wantsFolder: false, out long changed);
        if (!place.IsOpen)
        {
            return null;
        }

        using FileDescriptor file = place.Reopen();
        if (!file.IsOpen)
        {
            Refusal = Errno.Describe(file.Error);
            return null;
        }

        byte[] bytes = new byte[4096];
        int length = 0;
        while (true)
        {
            int n = file.ReadAt(bytes.AsSpan(length), length);
            if (n <= 0)
            {
                Refusal = n < 0 ? Errno.Describe(-n) : null;
                Changed = n < 0 ? Changed : Math.Max(Changed, changed);
                return n < 0 ? null : bytes[..length];
            }

            length += n;
            if (length > most)
            {
                Refusal = "is longer than any such file is";
                return null;
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, length * 2);
            }
        }
    }

    /// <summary>Opens a folder as a place; not open when it may not be looked into (<see cref="Refusal"/>).</summary>
    public FileDescriptor OpenFolder(FileDescriptor folder, string path) => Find(folder, path, wantsFolder: true, out _);

    /// <summary>Looks a path up part by part, each opened as itself.</summary>
    private FileDescriptor Find(FileDescriptor folder, string path, bool wantsFolder, out long changed)
    {
        changed = 0;
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        FileDescriptor here = folder;
        Refusal = IsFolder(folder) ? null : "lies in a folder that its owner may not look into";
        for (int i = 0; i < parts.Length && Refusal is null; i++)
        {
            if (parts[i] is ".")
            {
                continue;
            }

            bool isLast = i == parts.Length - 1;
            FileDescriptor next = parts[i] is ".." ? new FileDescriptor(-Errno.EXDEV) : here.OpenPlaceItself([.. SurrogateEscape.Encode(parts[i]), 0]);
            Close(here, folder);
            here = next;
            FileAccessRights access = default;
            int error = here.IsOpen ? Statx.ReadAccess(here, out access) : here.Error;
            changed = access.Changed;
            Refusal = error switch
            {
                Errno.ENOENT => "is not there",
                Errno.EXDEV => "leads out of its folder",
                not 0 => Errno.Describe(error),
                _ when access.IsLink => "is a symbolic link",
                _ when isLast && !wantsFolder && !access.IsOrdinary => "is no ordinary file",
                _ when (!isLast || wantsFolder) && !access.IsFolder => "is no folder",
                _ when !access.IsOpenTo(uid, gid) => "may not be read by its owner",
                _ => null,
            };
        }

        if (Refusal is null && here.Number != folder.Number)
        {
            return here;
        }

        // The folder itself: opened anew, so that whoever asked closes what is his.
        Close(here, folder);
        return Refusal is null && wantsFolder ? folder.OpenPlaceItself(".\0"u8) : new FileDescriptor(-Errno.EACCES);
    }

    private bool IsFolder(FileDescriptor place) => Statx.ReadAccess(place, out FileAccessRights access) == 0 && access.IsFolder && access.IsOpenTo(uid, gid);

    private static void Close(FileDescriptor here, FileDescriptor folder)
    {
        if (here.IsOpen && here.Number != folder.Number)
        {
            here.Dispose();
        }
    }
}
