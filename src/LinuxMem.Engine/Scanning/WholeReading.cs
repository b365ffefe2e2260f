using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// The one way in which a process is read: whole, as one address space, or not at all. One thread uses it, for one
/// process after another.
/// </summary>
/// <remarks>
/// A process may end, run another program (execve(2)) or give its number to another while it is read. So its folder is
/// opened once, and must be that of the process that was listed; the page map is opened before the mappings are read;
/// and when all has been read, the address space of that page map must still be there. Otherwise the process is read
/// again a few times, as long as it has not ended.
/// </remarks>
/// <param name="root">The machine.</param>
/// <param name="segmentDevices">The devices of SysV segments.</param>
/// <param name="memoryDevices">The devices of all shared memory; null where nothing tells them.</param>
/// <param name="cancellation">Ends the reading of long lists of mappings.</param>
/// <param name="budget">The memory that the mappings may take; null for no limit.</param>
internal sealed class WholeReading(Machine root, SegmentDevices segmentDevices, MemoryDevices? memoryDevices, CancellationToken cancellation, MemoryBudget? budget = null) : IDisposable
{
    /// <summary>
    /// How often a process is read again that has run another program meanwhile, or whose thread it was read through has
    /// ended. What lives then is unreadable: nobody hides by being restless.
    /// </summary>
    private const int MaxAttempts = 20;

    private byte[] buffer = new byte[64 * 1024];

    /// <summary>The mappings of the process that was read last.</summary>
    public AddressSpace Space { get; } = new(segmentDevices, root.PageSize, memoryDevices, cancellation, budget);

    /// <summary>System calls made to see whether address spaces are still there.</summary>
    public long Calls { get; private set; }

    /// <summary>Reads a process, again if need be.</summary>
    /// <param name="process">The process.</param>
    /// <param name="taker">Takes what is read.</param>
    /// <param name="number">How often the reading has been begun before.</param>
    /// <returns>
    /// How it ended, and the error number of a process that could not be read. <see cref="JobOutcome.Pending"/> when the
    /// taker has handed the attempt on, with the error number of what was read here: <see cref="End"/> ends it.
    /// </returns>
    public (JobOutcome Outcome, int Error) Read(MemProcess process, IReadingTaker taker, int number = 0)
    {
        while (true)
        {
            (JobOutcome outcome, int error) = TryRead(process, taker, number, out bool isHandedOn);
            if (outcome != JobOutcome.Pending || isHandedOn)
            {
                return (outcome, error);
            }

            number++;
        }
    }

    /// <summary>Gives up the mappings.</summary>
    public void Dispose() => Space.Dispose();

    /// <summary>Ends an attempt of which all has been read.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="mappings">The mappings that were read.</param>
    /// <param name="taker">Took what was read.</param>
    /// <param name="error">The first error that was met; 0 for none.</param>
    /// <returns>How it ended, and the error number; <see cref="JobOutcome.Pending"/> when the process is to be read again.</returns>
    public (JobOutcome Outcome, int Error) End(ReadingAttempt attempt, ReadOnlySpan<Mapping> mappings, IReadingTaker taker, int error)
    {
        if (error == 0 && !IsAlive(attempt.Pagemap, mappings))
        {
            error = Errno.ESRCH;
        }

        return error == 0 ? (JobOutcome.Scanned, 0) : Judge(attempt.Process, taker, error, attempt.Number, attempt.Scan);
    }

    private (JobOutcome Outcome, int Error) TryRead(MemProcess process, IReadingTaker taker, int number, out bool isHandedOn)
    {
        isHandedOn = false;

        // Since the listing, or the last attempt, its thread may have ended.
        if (process.AddressSpaceThread != 0 && !process.FindAddressSpace())
        {
            return (JobOutcome.Vanished, 0);
        }

        // Asked once: another thread may find meanwhile that there is no scan.
        bool scan = taker.UseScan;
        Span<byte> name = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
        if (!place.IsOpen)
        {
            return Judge(process, taker, place.Error, number, scan);
        }

        if (!process.Owns(place))
        {
            return (JobOutcome.Vanished, 0);
        }

        // A child of vfork(2) lives in its parent's address space until it runs a program. That address space stays
        // when it does, so that only the child's own state tells whether page map and mappings belong together.
        bool mayShare = number == 0 ? !process.HasExecuted : !MemProcess.HasExecutedIn(place, ref buffer);
        if (root.OpenPagemap(place, out int refusal) is not Pagemap pagemap)
        {
            return Judge(process, taker, refusal, number, scan);
        }

        var attempt = new ReadingAttempt(process, pagemap, number, scan, mayShare);
        try
        {
            int error = LoadMappings(attempt, place, taker);
            if (error == 0 && mayShare && MemProcess.HasExecutedIn(place, ref buffer))
            {
                error = Errno.ESRCH;
            }

            if (error == 0 && Space.Count == 0)
            {
                // The process has ended, and only its entry is left (a zombie); or its main thread alone has.
                return root.ProcessesEnd ? Judge(process, taker, Errno.ESRCH, number, scan) : (JobOutcome.Unreadable, EmptySpace.Empty);
            }

            if (error == 0)
            {
                error = taker.ReadPages(attempt, place, Space);
            }

            if (attempt.IsHandedOn)
            {
                isHandedOn = true;
                return (JobOutcome.Pending, error);
            }

            (JobOutcome Outcome, int Error) end = End(attempt, Space.Mappings, taker, error);
            if (end.Outcome != JobOutcome.Scanned)
            {
                taker.Discard();
            }

            return end;
        }
        finally
        {
            if (!attempt.IsHandedOn)
            {
                attempt.Dispose();
            }
        }
    }

    private int LoadMappings(ReadingAttempt attempt, in MachineFolder place, IReadingTaker taker)
    {
        int error = taker.LoadMappings(place, Space, buffer);
        if (error != 0 || attempt.Scan)
        {
            return error;
        }

        // Without PAGEMAP_SCAN every hole costs: where there are many, smaps tells what lies where. It walks
        // all pages itself, so where there are few it costs more than it saves.
        if (Space.ReadableSize / root.PageSize > (2 * attempt.Process.ResidentPages) + 4096)
        {
            error = Space.Load(place, fromSmaps: true, buffer);
            if (error == Errno.ENOENT)
            {
                error = taker.LoadMappings(place, Space, buffer);
            }
        }

        return error;
    }

    /// <summary>True while the address space exists. The kernel reads nothing of one that is gone.</summary>
    private bool IsAlive(Pagemap pagemap, ReadOnlySpan<Mapping> mappings)
    {
        if (!root.ProcessesEnd || mappings.IsEmpty)
        {
            return true;
        }

        Calls++;
        Span<byte> entry = stackalloc byte[sizeof(ulong)];
        return pagemap.Read(entry, (long)(mappings[0].Start / root.PageSize) * sizeof(ulong)) == entry.Length;
    }

    /// <summary>Says what an error means for the process; <see cref="JobOutcome.Pending"/> when it is to be read again.</summary>
    private (JobOutcome Outcome, int Error) Judge(MemProcess process, IReadingTaker taker, int error, int number, bool scan)
    {
        if (error == Errno.ENOTTY && scan)
        {
            // PAGEMAP_SCAN worked on our own page map and does not here: read plainly from now on.
            taker.GiveUpScan();
            return (JobOutcome.Pending, error);
        }

        // In a copy nothing vanishes: a file that is not there was not copied.
        if (!root.IsGone(error))
        {
            return (JobOutcome.Unreadable, Errno.IsGone(error) ? EmptySpace.NotThere : error);
        }

        return !process.FindAddressSpace() ? (JobOutcome.Vanished, error)
            : number < MaxAttempts ? (JobOutcome.Pending, error)
            : (JobOutcome.Unreadable, UnreadableReason.Restless);
    }
}
