using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// Files that root wrote: root owns them and every folder from the machine's root down to them, nobody else may write to any
/// of these, and no link leads to them.
/// </summary>
internal static class RootFile
{
    /// <summary>Reads a file; null where it is not there, is not such a file, or is longer than that.</summary>
    /// <param name="root">The root folder, which stays open.</param>
    /// <param name="path">The path below it, without a slash before it.</param>
    /// <param name="most">The most bytes it may have.</param>
    public static byte[]? Read(FileDescriptor root, string path, int most)
    {
        if (!IsRoots(root, isFolder: true))
        {
            return null;
        }

        FileDescriptor place = root;
        string[] parts = path.Split('/');
        try
        {
            for (int i = 0; i < parts.Length; i++)
            {
                FileDescriptor next = place.OpenPlaceItself([.. SurrogateEscape.Encode(parts[i]), 0]);
                Close(place, root);
                place = next;
                if (!place.IsOpen || !IsRoots(place, isFolder: i < parts.Length - 1))
                {
                    return null;
                }
            }

            using FileDescriptor file = place.Reopen();
            return file.IsOpen ? ReadAll(file, most) : null;
        }
        finally
        {
            Close(place, root);
        }
    }

    private static byte[]? ReadAll(FileDescriptor file, int most)
    {
        byte[] bytes = new byte[4096];
        int length = 0;
        while (true)
        {
            int n = file.ReadAt(bytes.AsSpan(length), length);
            if (n <= 0)
            {
                return n < 0 ? null : bytes[..length];
            }

            length += n;
            if (length > most)
            {
                return null;
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, length * 2);
            }
        }
    }

    private static bool IsRoots(FileDescriptor place, bool isFolder) =>
        Statx.ReadRights(place, out FileRights rights) == 0 && rights.IsRootsAlone && (isFolder ? rights.IsFolder : rights.IsOrdinary);

    private static void Close(FileDescriptor place, FileDescriptor root)
    {
        if (place.Number != root.Number)
        {
            place.Dispose();
        }
    }
}
