using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>Looks a name up beneath a folder, through no link and onto no other mount, with and without openat2(2).</summary>
internal static class PlaceBeneath
{
    /// <summary>Longer than any name that is looked up in a tree, in bytes.</summary>
    public const int MaxName = 256;

    /// <summary>1 once the kernel has said that it has no openat2(2), or a test has.</summary>
    private static int isMissing;

    /// <summary>False makes lookups do without openat2(2), for tests.</summary>
    public static bool UseOpenat2
    {
        get => Volatile.Read(ref isMissing) == 0;
        set => Volatile.Write(ref isMissing, value ? 0 : 1);
    }

    /// <summary>Opens a folder, a file without reading it, or a link itself; <paramref name="name"/> ends with a NUL byte.</summary>
    /// <returns>The place, or minus the error number: ELOOP for a link on the way, EXDEV for a mount on it or a way out.</returns>
    public static FileDescriptor Open(FileDescriptor folder, ReadOnlySpan<byte> name)
    {
        if (UseOpenat2)
        {
            FileDescriptor place = Openat2.OpenPlaceBeneath(folder, name);
            if (place.IsOpen || place.Error is not (Errno.ENOSYS or Errno.EPERM or Errno.EAGAIN))
            {
                return place;
            }

            // Sandboxes that are older than the call answer EPERM, to a single thread even: ask again the next time.
            UseOpenat2 = place.Error != Errno.ENOSYS;
        }

        return Walk(folder, name);
    }

    /// <summary>The same part by part, each opened as itself.</summary>
    private static FileDescriptor Walk(FileDescriptor folder, ReadOnlySpan<byte> name)
    {
        Span<byte> part = stackalloc byte[MaxName];
        int error = Statx.ReadDevice(folder, out uint major, out uint minor);
        FileDescriptor here = folder;
        bool isLast = false;
        while (error == 0 && !isLast)
        {
            int slash = name.IndexOf((byte)'/');
            isLast = slash < 0;
            ReadOnlySpan<byte> step = isLast ? name.TrimEnd((byte)0) : name[..slash];
            name = isLast ? default : name[(slash + 1)..];
            if (step.IsEmpty || step.Length >= part.Length || step.SequenceEqual(".."u8))
            {
                error = step.SequenceEqual(".."u8) ? Errno.EXDEV : Errno.ENOENT;
                break;
            }

            step.CopyTo(part);
            part[step.Length] = 0;
            FileDescriptor next = here.OpenPlaceItself(part[..(step.Length + 1)]);
            Close(here, folder);
            here = next;
            error = here.IsOpen ? Check(here, (major, minor), isLast) : here.Error;
        }

        if (error == 0)
        {
            return here;
        }

        Close(here, folder);
        return new FileDescriptor(-error);
    }

    /// <summary>Tells a mount by its device: of a folder of the same file system that is mounted there, that is no way out of it.</summary>
    private static int Check(FileDescriptor here, (uint Major, uint Minor) device, bool isLast)
    {
        int error = Statx.ReadFile(here, out FileIdentity file, out bool isLink, out _);
        return error != 0 ? error
            : (file.Major, file.Minor) != device ? Errno.EXDEV
            : isLink && !isLast ? Errno.ELOOP
            : 0;
    }

    private static void Close(FileDescriptor here, FileDescriptor folder)
    {
        if (here.IsOpen && here.Number != folder.Number)
        {
            here.Dispose();
        }
    }
}
