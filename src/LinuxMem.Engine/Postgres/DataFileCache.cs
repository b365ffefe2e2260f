using System.Diagnostics;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Postgres;

/// <summary>
/// How much of the page cache the files of a data directory are in, tablespaces and a log elsewhere included: asked of the kernel
/// (cachestat(2)), which brings nothing there and changes no time of access.
/// </summary>
internal sealed class DataFileCache
{
    private const int MaxFiles = 2_000_000, MaxNames = 1_000_000, MaxDepth = 16;

    private readonly OwnersFile files;
    private readonly FileDescriptor top;
    private readonly CancellationToken stop;
    private readonly uint uid;
    private long pages;
    private int count;

    private DataFileCache(OwnersFile files, FileDescriptor top, uint uid, CancellationToken stop) => (this.files, this.top, this.uid, this.stop) = (files, top, uid, stop);

    /// <summary>Counts it, in bytes; null with the reason, as a clause.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static (long? Bytes, string? Why) Count(Machine root, MemProcess postmaster, CancellationToken cancellation)
    {
        if (postmaster.Uid is not long uid || postmaster.Gid is not long gid)
        {
            return (null, "whose its files are is not known");
        }

        int seen = -1;
        long since = Stopwatch.GetTimestamp();
        DataFileCache? counting = null;
        try
        {
            return AbandonableCall.Run(Walk, cancellation, Watch);
        }
        catch (TimeoutException)
        {
            return (null, "the cache of its files was not counted: its data directory does not answer");
        }

        (long?, string?) Walk(CancellationToken stop)
        {
            byte[] path = new byte[64];
            using MachineFolder place = root.OpenPlace(Machine.ProcessPath(path, postmaster.Id, default));
            using FileDescriptor data = place.IsOpen ? root.OpenFolderOf(place, "cwd\0"u8) : default;
            using FileDescriptor top = place.IsOpen ? root.OpenFolderOf(place, "root\0"u8) : default;
            if (!data.IsOpen || !top.IsOpen)
            {
                return (null, "the cache of its files was not counted: they may not be read by this user, or are not here");
            }

            var files = new OwnersFile((uint)uid, (uint)gid);
            counting = new DataFileCache(files, top, (uint)uid, stop);
            string? why = counting.Add(data, 0);
            return why is null ? (counting.pages * (long)root.PageSize, null) : (null, "the cache of its files was not counted: " + why);
        }

        void Watch()
        {
            int now = counting is DataFileCache one ? Volatile.Read(ref one.count) : 0;
            if (now != seen)
            {
                (seen, since) = (now, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(since) > root.Deadlines.DataFile)
            {
                throw new TimeoutException();
            }
        }
    }

    private string? Add(FileDescriptor folder, int depth)
    {
        if (Statfs.IsFuse(folder))
        {
            return "they lie on a FUSE file system";
        }

        if (Statfs.IsOverlay(folder))
        {
            // cachestat(2) answers 0 of each of them.
            return "they lie on an overlay (a container without a volume), of which the kernel does not tell it";
        }

        List<byte[]> names = Readdir.Names(folder, MaxNames, out int error);
        foreach (byte[] name in names)
        {
            stop.ThrowIfCancellationRequested();
            if (Interlocked.Increment(ref count) > MaxFiles)
            {
                return "there are too many";
            }

            using FileDescriptor entry = folder.OpenPlaceItself(name);
            if (!entry.IsOpen || Statx.ReadAccess(entry, out FileAccessRights access) != 0)
            {
                continue;
            }

            string? why = access.IsFolder && access.Uid == uid && depth < MaxDepth ? Add(entry, depth + 1)
                : access.IsOrdinary && access.Uid == uid ? AddFile(entry)
                : access.IsLink && depth <= 1 ? AddLinked(folder, name, depth)
                : null;
            if (why is not null)
            {
                return why;
            }
        }

        return error == 0 ? null : Errno.Describe(error);
    }

    private string? AddFile(FileDescriptor entry)
    {
        using FileDescriptor file = WithoutTrace(entry);
        if (!file.IsOpen)
        {
            // Removed meanwhile, or leased to somebody.
            return null;
        }

        int error = Cachestat.Count(file, out ulong cached);
        pages += error == 0 ? (long)cached : 0;
        return error is Errno.ENOSYS ? "this kernel cannot tell (it takes Linux 6.5)" : Errno.IsRefused(error) ? Errno.Describe(error) : null;
    }

    /// <summary>A tablespace, or the log, which a link of the server's own leads to: looked up from the server's root, without further links.</summary>
    private string? AddLinked(FileDescriptor folder, byte[] name, int depth)
    {
        byte[] target = new byte[4096];
        int n = folder.ReadLink(name, target);
        if (n <= 0 || target[0] != '/')
        {
            return null;
        }

        using FileDescriptor there = files.OpenFolder(top, SurrogateEscape.Decode(target.AsSpan(0, n)));
        return there.IsOpen && Statx.ReadAccess(there, out FileAccessRights access) == 0 && access.Uid == uid ? Add(there, depth + 1) : null;
    }

    private static FileDescriptor WithoutTrace(FileDescriptor entry)
    {
        FileDescriptor file = FileDescriptor.WorkingDirectory.OpenUnnoticed(entry.OwnPath());
        return file.IsOpen ? file : entry.Reopen();
    }
}
