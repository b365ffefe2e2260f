using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Tmpfs;

/// <summary>
/// Lists the tmpfs mounts of a machine. Needs no privileges; a mount that cannot be read says why in its status.
/// </summary>
public static class TmpfsTable
{
    /// <summary>The longest delay until a cancellation is noticed.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The mountinfo files to try: of process 1, then of this process.</summary>
    private static readonly string[] Files = ["1/mountinfo", "self/mountinfo"];

    /// <summary>All tmpfs mounts, in the kernel's order.</summary>
    /// <remarks>
    /// For <c>/proc</c>, the mounts that this process sees. For another live tree (<c>/host/proc</c> in a container),
    /// those of its process 1. For a copy, the mounts without sizes. For a snapshot, those that the process that took
    /// it saw, with their sizes at that time.
    /// </remarks>
    /// <param name="root">The machine to read.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <exception cref="LinuxMemException">The list of mounts is missing or may not be read.</exception>
    public static IReadOnlyList<TmpfsMount> List(Machine root, CancellationToken cancellation = default)
    {
        List<TmpfsMount> listed = [.. Look(root, cancellation: cancellation).Answers.Select(asked => Describe(asked.Mount, asked.Answer, root.Origin))];
        MarkShared(listed);
        return listed;
    }

    /// <summary>Reads every tmpfs mount, and returns the answers with the mountinfo file they were listed by.</summary>
    /// <param name="root">The machine to read.</param>
    /// <param name="copy">Takes the opened file, and returns it to be read; may be what it was copied to.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <exception cref="LinuxMemException">The list of mounts is missing or may not be read.</exception>
    internal static (string File, List<(MountInfoFile Mount, TmpfsAnswer Answer)> Answers) Look(Machine root, Func<OpenedFile, OpenedFile>? copy = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        bool own = root.IsOwnProc;
        (string file, List<MountInfoFile> mounts) = Read(root, own, copy, cancellation);
        using FileDescriptor top = own
            ? new FileDescriptor(-Errno.ENOENT)
            : root.OpenPlace(file == Files[1] ? "self/root\0"u8 : "1/root\0"u8).Place;
        return (file, AskAll(root, mounts, file, own, top, cancellation));
    }

    /// <summary>The tmpfs mounts that a process sees, with their sizes; none when it has ended.</summary>
    /// <param name="root">The machine to read.</param>
    /// <param name="process">The process and the user it is of; null where that is not known.</param>
    /// <param name="allowance">What may be read of the lists of a user, and waited for.</param>
    /// <param name="refused">A sentence that says why the list of its mounts cannot be read, though it lives; null where it could.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    internal static IReadOnlyList<TmpfsMount> List(Machine root, (int Pid, uint? Uid) process, MountAllowance allowance, out string? refused, CancellationToken cancellation)
    {
        (int pid, uint? uid) = process;
        Span<byte> name = stackalloc byte[32];
        Func<int, bool>? allow = allowance.Begin(uid);
        List<MountInfoFile> mounts = MountInfoFile.Read(root.Open(Machine.ProcessPath(name, pid, "/mountinfo"u8)), out int error, cancellation, allow);
        string path = $"{root.Path.TrimEnd('/')}/{pid}/mountinfo";
        refused = error == 0 || root.IsGone(error) ? null
            : error == FileBounds.Exceeded && allow is not null ? $"'{path}' is longer than the {MountAllowance.MaxList >> 20} MiB that are read of a list of mounts of an ordinary user's ({MountAllowance.MaxUser >> 20} MiB of all of his, {MountAllowance.MaxAll >> 20} MiB of all of all users')."
            : Refusal(error, path).Message;
        using FileDescriptor top = root.OpenPlace(Machine.ProcessPath(name, pid, "/root"u8)).Place;
        return error != 0 || !top.IsOpen ? [] : [.. AskAll(root, mounts, $"{pid}/mountinfo", false, top, cancellation, allowance, uid).Select(asked => Describe(asked.Mount, asked.Answer, root.Origin))];
    }

    private static List<(MountInfoFile Mount, TmpfsAnswer Answer)> AskAll(Machine root, List<MountInfoFile> mounts, string file, bool own, FileDescriptor top, CancellationToken cancellation, MountAllowance? allowance = null, uint? uid = null)
    {
        var tree = new MountTree(mounts, cancellation);
        var unanswered = new HashSet<int>();
        var listed = new List<(MountInfoFile Mount, TmpfsAnswer Answer)>();
        foreach (MountInfoFile mount in mounts.Where(mount => mount.FileSystem == "tmpfs" || mount.IsCut))
        {
            cancellation.ThrowIfCancellationRequested();
            TmpfsAnswer answer;
            if (mount.IsCut)
            {
                answer = new TmpfsAnswer($"not known whether it is a tmpfs: its line in {file} is longer than {MountInfoFile.MaxLine >> 10} KiB", null);
            }
            else if (root.RecordedTmpfs(mount.Id) is TmpfsAnswer recorded)
            {
                answer = recorded;
            }
            else if (tree.CoverOf(mount) is MountInfoFile cover)
            {
                answer = new TmpfsAnswer($"hidden by {cover.FileSystem} mounted at {cover.MountPoint}", null);
            }
            else if (!own && !top.IsOpen)
            {
                answer = new TmpfsAnswer(Errno.Describe(top.Error), null);
            }
            else
            {
                byte[] path = SurrogateEscape.Encode((own ? mount.MountPoint : $".{mount.MountPoint}") + '\0');
                MountInfoFile? doubtful = tree.DoubtfulParentOf(mount);
                int silent = unanswered.Count;
                answer = doubtful is not null && allowance?.MayWait(uid) == false
                    ? new TmpfsAnswer($"not asked: it lies on {doubtful.FileSystem} mounted at {doubtful.MountPoint}, and other mounts of that user have not answered", null)
                    : AskWithTimeout(doubtful, unanswered, own ? FileDescriptor.WorkingDirectory : top, from => Ask(from, path, mount), root.Deadlines.Mount, cancellation);
                if (unanswered.Count > silent)
                {
                    allowance?.CountSilent(uid);
                }
            }

            listed.Add((mount, answer));
        }

        return listed;
    }

    /// <summary>The mount points of tmpfs, in the kernel's order. Reads no mount, only the list.</summary>
    /// <param name="root">The machine to read.</param>
    /// <exception cref="LinuxMemException">The list of mounts is missing or may not be read.</exception>
    public static IReadOnlyList<string> MountPoints(Machine root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return [.. Read(root, root.IsOwnProc, null, default).Mounts.Where(mount => mount.FileSystem == "tmpfs").Select(mount => mount.MountPoint)];
    }

    private static (string File, List<MountInfoFile> Mounts) Read(Machine root, bool own, Func<OpenedFile, OpenedFile>? copy, CancellationToken cancellation)
    {
        string file = Files[own ? 1 : 0];
        OpenedFile opened = own ? OpenedFile.Failed(Errno.ENOENT) : root.Open("1/mountinfo\0"u8);
        if (!opened.IsOpen && Errno.IsGone(opened.Error))
        {
            file = Files[1];
            opened = root.Open("self/mountinfo\0"u8);
        }

        if (copy is not null && opened.IsOpen)
        {
            using OpenedFile original = opened;
            opened = copy(original);
        }

        List<MountInfoFile> mounts = MountInfoFile.Read(opened, out int error, cancellation);
        if (error == 0)
        {
            return (file, mounts);
        }

        throw Refusal(error, $"{root.Path.TrimEnd('/')}/{file}");
    }

    private static LinuxMemException Refusal(int error, string path)
    {
        if (error == FileBounds.Exceeded)
        {
            return new LinuxMemException(LinuxMemError.SystemError, string.Create(CultureInfo.InvariantCulture, $"The mounts cannot be listed, '{path}' has more than {FileBounds.Mounts:N0} lines or {FileBounds.MountTexts >> 20} MiB: no machine has so many mounts."), path);
        }

        return Errno.IsRefused(error)
            ? new LinuxMemException(LinuxMemError.PermissionDenied, $"The mounts cannot be listed, '{path}' may not be read: {Errno.Describe(error)}. Run this as root.", path)
            : new LinuxMemException(LinuxMemError.SystemError, $"The mounts cannot be listed, '{path}' cannot be read: {Errno.Describe(error)}.", path);
    }

    /// <summary>
    /// Resolving a path blocks on every file system on the way. When one of them may never respond, the call runs on
    /// its own thread, which is abandoned after a timeout.
    /// </summary>
    private static TmpfsAnswer AskWithTimeout(MountInfoFile? doubtful, HashSet<int> unanswered, FileDescriptor from, Func<FileDescriptor, TmpfsAnswer> ask, TimeSpan longest, CancellationToken cancellation)
    {
        if (doubtful is null)
        {
            return ask(from);
        }

        var answer = new TmpfsAnswer($"no answer from {doubtful.FileSystem} mounted at {doubtful.MountPoint}", null);
        if (unanswered.Contains(doubtful.Id))
        {
            return answer;
        }

        // An abandoned thread needs its own descriptor, because the caller closes the one given.
        FileDescriptor place = from.OpenPlace(".\0"u8);
        WorkThread<TmpfsAnswer>? asking = WorkThread<TmpfsAnswer>.TryStart("LinuxMem ask", () =>
        {
            using FileDescriptor itself = place;
            return itself.IsOpen ? ask(itself) : new TmpfsAnswer(Errno.Describe(itself.Error), null);
        });
        if (asking is null)
        {
            place.Dispose();
            return new TmpfsAnswer($"not asked: it lies on {doubtful.FileSystem} mounted at {doubtful.MountPoint}, and the limit of processes leaves no thread to wait for that", null);
        }

        long end = Environment.TickCount64 + (long)longest.TotalMilliseconds;
        while (!asking.Wait(PollInterval))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Environment.TickCount64 >= end)
            {
                unanswered.Add(doubtful.Id);
                return answer;
            }
        }

        return asking.Result();
    }

    private static TmpfsAnswer Ask(FileDescriptor from, byte[] path, MountInfoFile mount)
    {
        using FileDescriptor place = from.OpenPlace(path);
        if (!place.IsOpen)
        {
            return new TmpfsAnswer(place.Error is Errno.ENOENT or Errno.ENOTDIR ? $"gone: {Errno.Describe(place.Error)}" : Errno.Describe(place.Error), null);
        }

        int error = Statx.ReadDevice(place, out uint major, out uint minor);
        if (error == 0 && (major, minor) != (mount.Major, mount.Minor))
        {
            return new TmpfsAnswer("hidden or gone: another file system is there", null);
        }

        Statvfs.Usage usage = default;
        error = error == 0 ? Statvfs.Read(place, out usage) : error;
        return error != 0 ? new TmpfsAnswer(Errno.Describe(error), null)
            : usage.Blocks == 0 ? new TmpfsAnswer("no limit: the kernel counts no use", usage)
            : new TmpfsAnswer(TmpfsMount.Ok, usage);
    }

    private static TmpfsMount Describe(MountInfoFile mount, TmpfsAnswer answer, Origin origin)
    {
        Statvfs.Usage usage = answer.Usage ?? default;
        bool limited = usage.Blocks > 0;
        bool counted = usage.Inodes > 0;
        ulong used = usage.Blocks - Math.Min(usage.FreeBlocks, usage.Blocks);
        string[] options = mount.SuperOptions.Split(',');
        return new TmpfsMount
        {
            MountPoint = mount.MountPoint,
            FsSize = limited ? Bytes(usage.Blocks, usage.BlockSize) : null,
            FsUsed = limited ? Bytes(used, usage.BlockSize) : null,
            FsFree = limited ? Bytes(usage.Blocks - used, usage.BlockSize) : null,
            UsedPercent = limited ? Math.Round(100.0 * used / usage.Blocks, 2) : null,
            IsUnlimited = answer.Usage is null ? null : !limited,
            Inodes = counted ? Bytes(usage.Inodes, 1) : null,
            InodesUsed = counted ? Bytes(usage.Inodes - Math.Min(usage.FreeInodes, usage.Inodes), 1) : null,
            NoSwap = options.Contains("noswap"),
            Huge = options.LastOrDefault(option => option.StartsWith("huge=", StringComparison.Ordinal)) is string huge && huge != "huge=never" ? huge["huge=".Length..] : null,
            Source = mount.Source,
            Options = Options(mount.MountOptions, options),
            Root = mount.Root,
            Device = string.Create(CultureInfo.InvariantCulture, $"{mount.Major}:{mount.Minor}"),
            Status = answer.Status,
            Origin = origin,
        };
    }

    /// <summary>
    /// The options of the mount and of the superblock, without duplicates; <c>ro</c> when either is read-only.
    /// </summary>
    private static string Options(string mountOptions, string[] superOptions)
    {
        string[] ofMount = mountOptions.Split(',');
        if (superOptions.Contains("ro"))
        {
            ofMount = Array.ConvertAll(ofMount, option => option == "rw" ? "ro" : option);
        }

        return string.Join(',', ofMount.Concat(superOptions.Where(option => option is not ("rw" or "ro" or ""))).Distinct());
    }

    /// <summary>
    /// Of several mounts of one file system, the first one that could be read counts; marks the others.
    /// </summary>
    private static void MarkShared(List<TmpfsMount> listed)
    {
        foreach (IGrouping<string, TmpfsMount> same in listed.GroupBy(mount => mount.Device))
        {
            TmpfsMount counts = same.FirstOrDefault(mount => mount.IsUnlimited is not null) ?? same.First();
            foreach (TmpfsMount other in same.Where(mount => mount != counts))
            {
                other.SharedWith = counts.MountPoint;
                if (other.IsUnlimited is not null)
                {
                    other.Status = $"same file system as {counts.MountPoint}";
                }
            }
        }
    }

    private static long Bytes(ulong count, ulong size) => (long)UInt128.Min((UInt128)count * size, long.MaxValue);
}
