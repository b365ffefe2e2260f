using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>Finds out what a path leads to (the kernel's own /proc, a copy of a tree, a snapshot), and opens it.</summary>
internal static class MachinePath
{
    private const string Wanted = "Give the path of a /proc tree, such as /proc, or of a snapshot.";

    /// <summary>Opens the machine that a path leads to; errors as those of <see cref="Machine.Open(string?, CancellationToken)"/>.</summary>
    public static Machine Open(string path, CancellationToken cancellation)
    {
        if (path.Length == 0 || path.Contains('\0'))
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"The /proc folder to read has no usable name. {Wanted}", path);
        }

        // Any other path may lead to files of a lesser user.
        return path == Machine.DefaultPath ? OpenHere(path, cancellation) : AbandonableCall.Run(stop => OpenHere(path, stop), cancellation);
    }

    private static Machine OpenHere(string path, CancellationToken cancellation)
    {
        Machine machine = Libc.IsThere ? OpenLookedUp(path, cancellation) : OpenPlainly(path, cancellation);
        try
        {
            return HoldsProcesses(machine, cancellation)
                ? machine
                : throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is not a /proc tree: it has no numbered process folder with a 'stat' file in it. {Wanted}", path);
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    private static SnapshotMachine OpenPlainly(string path, CancellationToken cancellation)
    {
        using FileStream file = OrdinaryFile.OpenPlainly(path);
        return SnapshotMachine.Unpack(path, file, cancellation);
    }

    private static Machine OpenLookedUp(string path, CancellationToken cancellation)
    {
        LookedUpFolder place = LookedUpFolder.LookUp(path, out FileIdentity identity, out int error);
        try
        {
            if (error != 0)
            {
                throw new LinuxMemException(LinuxMemError.NotProc, $"Cannot open '{path}' as a /proc tree: {Errno.Describe(error)}. {Wanted}", path);
            }

            if (!identity.IsFolder && !identity.IsOrdinary)
            {
                throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is neither a folder nor an ordinary file. {Wanted}", path);
            }

            if (identity.IsFolder)
            {
                return Statfs.IsProcfs(place.Descriptor) ? new LiveMachine(path, place)
                    : SnapshotMachine.TryRead(path, new SnapshotFolder(path, place)) as Machine ?? new CopiedMachine(path, place);
            }

            using FileStream file = OrdinaryFile.Open(path, place.Descriptor, cancellation);
            SnapshotMachine snapshot = SnapshotMachine.Unpack(path, file, cancellation);
            place.Dispose();
            return snapshot;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private static bool HoldsProcesses(Machine machine, CancellationToken cancellation)
    {
        // Nearly every tree has process 1, and thousands need not be listed to find one.
        if (HasStat(machine, 1))
        {
            return true;
        }

        foreach (int pid in machine.ProcessIds())
        {
            cancellation.ThrowIfCancellationRequested();
            if (HasStat(machine, pid))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasStat(Machine machine, int pid)
    {
        Span<byte> name = stackalloc byte[32];
        using OpenedFile stat = machine.Open(Machine.ProcessPath(name, pid, "/stat"u8));
        return stat.IsOpen;
    }
}
