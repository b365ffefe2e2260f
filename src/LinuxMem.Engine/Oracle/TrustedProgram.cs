using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Oracle;

/// <summary>Finds programs of the system that are safe to run as root: files that only root can write, in folders that only root can write.</summary>
internal static class TrustedProgram
{
    /// <summary>The first of the paths whose program can be trusted; null when none can.</summary>
    public static string? Find(params ReadOnlySpan<string> places)
    {
        foreach (string place in places)
        {
            if (IsTrusted(place))
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>True for a program of root's that no other user can write or replace. Not for paths that a user chose.</summary>
    public static bool IsTrusted(string path)
    {
        using FileDescriptor file = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(path), 0]);
        if (!file.IsOpen || Statx.ReadRights(file, out FileRights rights) != 0 || rights is not { IsOrdinary: true, IsRootsAlone: true })
        {
            return false;
        }

        // The path may contain links (/bin, and sh itself), so the folders on both paths are checked.
        Span<byte> target = stackalloc byte[4096];
        int n = FileDescriptor.WorkingDirectory.ReadLink([.. SurrogateEscape.Encode(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/thread-self/fd/{file.Number}")), 0], target);
        return n > 0 && HasTrustedFolders(path) && HasTrustedFolders(SurrogateEscape.Decode(target[..n]));
    }

    private static bool HasTrustedFolders(string path)
    {
        for (string? folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            using FileDescriptor place = FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(folder), 0]);

            // In a sticky folder others can make files, but not remove those of root.
            if (!place.IsOpen || Statx.ReadRights(place, out FileRights rights) != 0 || !(rights.IsRootsAlone || rights is { Uid: 0, IsSticky: true }))
            {
                return false;
            }
        }

        return true;
    }
}
