using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Processes;

/// <summary>Lists the processes of a machine, once: those that do not answer, too, by the name that a file tells which waits for nothing.</summary>
/// <param name="table">What the processes are to be of.</param>
internal sealed class ProcessLister(ProcessTable table)
{
    private readonly Machine root = table.Root;

    /// <summary>Reads all numbers that the machine has.</summary>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <returns>Parents and children, the processes that have an address space by ascending pid, and how many ended meanwhile.</returns>
    /// <exception cref="LinuxMemException">The limit of open files is reached.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public (ProcessTree Tree, MemProcess[] Processes, int Vanished) List(int threads, CancellationToken cancellation)
    {
        List<int> ids = root.ProcessIds();
        var found = new Listed[ids.Count];
        var silent = new string?[ids.Count];
        if (ids.Count > 0)
        {
            new Inquiry<Listed>(ids.Count, (i, question) => ReadOne(ids[i], question), (i, one) => found[i] = one, (i, why) => silent[i] = why)
                .Run(OwnThread.Observe, table.Patience, ProcessInquiry.FewerForFew(threads, ids.Count), cancellation);
        }

        ReadNames(ids, silent, found, cancellation);

        // A parent of -1 marks a process that ended before it could be read.
        var edges = new StructList<ProcessEdge>(ids.Count);
        var processes = new List<MemProcess>(ids.Count);
        int vanished = 0;
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Parent >= 0)
            {
                edges.Add(new ProcessEdge(ids[i], found[i].Parent));
            }

            if (found[i].Process is MemProcess process)
            {
                processes.Add(process);
            }
            else if (found[i].Parent < 0)
            {
                vanished++;
            }
        }

        return (new ProcessTree(edges), [.. processes.OrderBy(p => p.Id)], root.ProcessesEnd ? vanished : 0);
    }

    private Listed ReadOne(int pid, Inquiry<Listed>.Question question)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = ReadFacts.BorrowBuffer();
        using MachineFolder place = root.OpenPlace(Machine.ProcessPath(name, pid, default));

        // Whose it is, the kernel says at once, also of a process that keeps everything else waiting.
        ProcessOwner owner = place.IsOpen ? ProcessOwner.Of(place) : default;
        var respondent = new ProcessRespondent(root, pid, owner);
        if (!question.MayAsk(respondent))
        {
            return default;
        }

        int n = place.IsOpen ? ProcFile.ReadRecord(place.Open("stat\0"u8), ref buffer) : -place.Error;
        if (n < 0 && Errno.IsOutOfFiles(-n))
        {
            // Out of descriptors does not mean that the process has ended: without it the list would look complete.
            throw new LinuxMemException(LinuxMemError.SystemError, $"The processes cannot be listed, no file can be opened: {Errno.Describe(-n)}. Raise the limit of open files (ulimit -n), or close some.", root.Path);
        }

        // An empty file is that of a process that has ended; what is in a copy has not. There, a folder without the files of a process
        // is none, and what was not opened is told for the whole tree (Machine.NotRead).
        if ((n == 0 && root.ProcessesEnd) || root.IsGone(-n) || (n < 0 && !root.ProcessesEnd && !(place.IsOpen && Errno.IsGone(-n) && HasMaps(place))))
        {
            return new Listed(null, -1);
        }

        StatFile stat = default;
        if (n <= 0 || !StatFile.TryParse(buffer.AsSpan(0, n), out stat))
        {
            Listed unlisted = ReadName(pid);
            unlisted.Process?.Silence(
                n == 0 ? "its stat is empty"
                : n > 0 ? "its stat is none: the file is damaged"
                : Errno.IsGone(-n) ? "its stat is not in the copy"
                : $"its stat cannot be read: {(-n == FileBounds.Exceeded ? "it is longer than any is" : Errno.Describe(-n))}");
            return unlisted;
        }

        int parent = Math.Max(0, stat.ParentPid);
        if (stat.VirtualSize > 0)
        {
            return new Listed(new MemProcess(table, stat, owner, respondent, 0), parent);
        }

        // Where its main thread has exited, only the others have the address space.
        if (stat.IsKernelThread || stat.Threads <= 1 || !LivingThread.TryFind(root, pid, out LivingThread thread))
        {
            return new Listed(null, parent);
        }

        stat.VirtualSize = Math.Max(1, thread.VirtualSize);
        stat.ResidentPages = thread.ResidentPages;
        return new Listed(new MemProcess(table, stat, owner, respondent, thread.Id), parent);
    }

    /// <summary>Makes processes of those whose <c>stat</c> does not answer: their name is in a file that waits for nothing.</summary>
    private void ReadNames(List<int> ids, string?[] silent, Listed[] found, CancellationToken cancellation)
    {
        var unread = new List<int>();
        for (int i = 0; i < ids.Count; i++)
        {
            if (silent[i] is not null)
            {
                unread.Add(i);
            }
        }

        if (unread.Count == 0)
        {
            return;
        }

        int[] which = [.. unread];

        new Inquiry<Listed>(which.Length, (i, _) => ReadName(ids[which[i]]), (i, one) => Take(i, one), (i, _) => Take(i, new Listed(Nameless(ids[which[i]], "?"u8, default), -1)))
            .Run(OwnThread.Observe, table.Patience, 1, cancellation);

        void Take(int i, Listed one)
        {
            one.Process?.Silence(silent[which[i]]!);
            found[which[i]] = one;
        }
    }

    private static bool HasMaps(in MachineFolder place)
    {
        using OpenedFile maps = place.Open("maps\0"u8);
        return maps.IsOpen;
    }

    private Listed ReadName(int pid)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = ReadFacts.BorrowBuffer();
        using MachineFolder place = root.OpenPlace(Machine.ProcessPath(name, pid, default));
        int n = place.IsOpen ? ProcFile.ReadRecord(place.Open("comm\0"u8), ref buffer) : -place.Error;
        return n > 0 ? new Listed(Nameless(pid, buffer.AsSpan(0, n).TrimEnd((byte)'\n'), ProcessOwner.Of(place)), -1)
            : root.IsGone(-n) ? new Listed(null, -1)
            : new Listed(Nameless(pid, "?"u8, default), -1);
    }

    private MemProcess Nameless(int pid, ReadOnlySpan<byte> comm, in ProcessOwner owner) => new(table, new StatFile { Pid = pid, Comm = comm }, owner, new ProcessRespondent(root, pid, owner), 0);

    /// <summary>What was read of one number.</summary>
    /// <param name="Process">The process; null when it has no address space, or has ended.</param>
    /// <param name="Parent">Its parent; -1 when that could not be read.</param>
    private readonly record struct Listed(MemProcess? Process, int Parent);
}
