using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>How it is found out what of a file in memory is swapped out.</summary>
internal enum ResidenceMethod
{
    /// <summary>Nothing is asked where nothing is swapped out at all; else as <see cref="Cachestat"/>.</summary>
    Auto,

    /// <summary>With cachestat(2), and where there is none as <see cref="Mapped"/>.</summary>
    Cachestat,

    /// <summary>By a mapping of our own, of which no page is touched.</summary>
    Mapped,
}

/// <summary>Counts what of a file of tmpfs or hugetlbfs is in memory. No page is read, none comes or goes.</summary>
internal static class ResidentPages
{
    /// <summary>Counts the bytes in memory.</summary>
    /// <param name="folder">The folder of a process that has the file mapped or open.</param>
    /// <param name="link">Where it is there.</param>
    /// <param name="usage">The file, which must still be the same.</param>
    /// <param name="pageSize">The size of a base page in bytes.</param>
    /// <param name="method">How to count.</param>
    /// <param name="resident">The bytes.</param>
    /// <returns>0, or the error number.</returns>
    public static int Count(FileDescriptor folder, in ObjectLink link, in FileUsage usage, ulong pageSize, ResidenceMethod method, out ulong resident)
    {
        resident = usage.Bytes;
        Span<byte> path = stackalloc byte[64];
        FileDescriptor opened = folder.OpenUnnoticed(link.Path(path));
        bool mayMap = opened.IsOpen;
        if (opened.Number == -Errno.EPERM)
        {
            // Neither the owner nor CAP_FOWNER: asked it may be all the same, but not mapped, which sets its time of access.
            opened = folder.Open(link.Path(path));
        }

        using FileDescriptor file = opened;
        if (!file.IsOpen)
        {
            return file.Error;
        }

        int error = Statx.ReadIdentity(file, out FileIdentity identity);
        if (error != 0 || identity != usage.Identity)
        {
            return error != 0 ? error : Errno.ENOENT;
        }

        if (method != ResidenceMethod.Mapped)
        {
            error = Cachestat.Count(file, out ulong pages);
            if (error == 0)
            {
                resident = Math.Min(pages * pageSize, usage.Bytes);
                return 0;
            }

            if (error == Errno.EOPNOTSUPP)
            {
                // hugetlbfs, which is never swapped out.
                return 0;
            }
        }

        return !mayMap ? Errno.EPERM : usage.Bytes == 0 || Statfs.IsHugetlbfs(file) ? 0 : CountMapped(file, usage, pageSize, ref resident);
    }

    /// <summary>
    /// By the kernel's own count of what is swapped out, which smaps has of a mapping of the whole file. (mincore(2) takes
    /// pages that are reserved and were never written for swapped ones, and those on their way to swap for resident.)
    /// </summary>
    private static int CountMapped(FileDescriptor file, in FileUsage usage, ulong pageSize, ref ulong resident)
    {
        nuint length = (nuint)((Math.Max(usage.Size, 1) + pageSize - 1) / pageSize * pageSize);
        nint address = Mmap.MapFile(file, 0, length);
        if (address == 0)
        {
            return Errno.ENOMEM;
        }

        try
        {
            resident = usage.Bytes - Math.Min(SwappedAt((ulong)address), usage.Bytes);
            return 0;
        }
        finally
        {
            Mmap.Unmap(address, length);
        }
    }

    private static ulong SwappedAt(ulong address)
    {
        var sizes = default(SmapsFile);
        using FileDescriptor file = FileDescriptor.WorkingDirectory.Open("/proc/self/smaps\0"u8);
        bool within = false;
        var lines = new LineStream(file, new byte[16384], FileBounds.Smaps, CancellationToken.None);
        while (file.IsOpen && lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (MapsLine.TryParse(line, out MapsLine mapping))
            {
                if (within)
                {
                    break;
                }

                within = mapping.Start <= address && address < mapping.End;
            }
            else if (within)
            {
                sizes.Add(line);
            }
        }

        return sizes.Swap;
    }
}
