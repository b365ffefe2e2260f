using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// A SysV segment attached to the engine's own address space, read-only, for a look at its pages; detached by
/// <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Attaching changes no page, but the segment's time of attach and last process. Pages are touched by reading
/// <c>/proc/self/mem</c>: where a page cannot be had (a pool of huge pages that is empty) that is an error
/// number and not a signal.
/// </remarks>
internal sealed class AttachedMapping : IDisposable
{
    private const int Chunk = 1 << 16;
    private readonly nint address;
    private readonly ulong length;
    private readonly ulong basePage;
    private readonly SmapsFile facts;

    private AttachedMapping(nint address, ulong length, ulong basePage)
    {
        this.address = address;
        this.length = length;
        this.basePage = basePage;
        facts = ReadFacts();
    }

    /// <summary>The size of its pages in bytes; 0 when it is not known.</summary>
    public ulong PageSize => facts.PageSize;

    /// <summary>Bytes of the segment looked at to find what is in memory.</summary>
    public ulong LookedAt { get; private set; }

    /// <summary>Attaches a segment; null when it is gone or the kernel refuses.</summary>
    /// <param name="shmid">Which one.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="alignment">What its address is to be a multiple of; 0 for no matter what.</param>
    public static AttachedMapping? Attach(ulong shmid, ulong size, ulong alignment = 0)
    {
        ulong basePage = (ulong)Environment.SystemPageSize;
        ulong length = (size + basePage - 1) / basePage * basePage;
        nint address = alignment == 0 ? SysvShm.Attach((int)shmid) : AttachAligned((int)shmid, length, alignment);
        return address is < 0 and > -4096 || address == 0 ? null : new AttachedMapping(address, length, basePage);
    }

    /// <summary>
    /// Bytes of the segment that transparent huge pages hold, as far as these lie wholly in it. One byte is
    /// read of each stretch that is in memory already, so that the kernel maps it; nothing else is touched.
    /// </summary>
    /// <param name="hugeSize">The size of such a page in bytes, which the address is a multiple of.</param>
    /// <param name="resident">Bytes of the segment in memory: where more seem to be, some are on their way out to
    /// swap, and would come back when touched.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The bytes; null when they cannot be counted without a change.</returns>
    public ulong? CountHuge(ulong hugeSize, ulong resident, CancellationToken cancellation)
    {
        ulong found = 0;
        if (FindResident(hugeSize, ref found, cancellation) is not List<ulong> blocks || found > resident)
        {
            return null;
        }

        using FileDescriptor memory = FileDescriptor.WorkingDirectory.Open("/proc/self/mem\0"u8);
        if (!memory.IsOpen)
        {
            return null;
        }

        Span<byte> one = stackalloc byte[1];
        foreach (ulong block in blocks)
        {
            memory.ReadAt(one, (long)((ulong)address + block));
        }

        return ReadFacts().PmdMapped;
    }

    /// <summary>Reads every page, which allocates those never written and brings back those swapped out.</summary>
    public void ReadAll(CancellationToken cancellation)
    {
        using FileDescriptor memory = FileDescriptor.WorkingDirectory.Open("/proc/self/mem\0"u8);
        ulong step = Math.Max(PageSize, basePage);
        Span<byte> one = stackalloc byte[1];
        for (ulong at = 0; at < length && memory.IsOpen; at += step)
        {
            if ((at / step) % Chunk == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            memory.ReadAt(one, (long)((ulong)address + at));
        }
    }

    public void Dispose() => SysvShm.Detach(address);

    /// <summary>
    /// Room is looked for first, and the segment attached there: where another thread has taken the room meanwhile, or
    /// the segment is longer than that (of huge pages; made anew under its number), the kernel refuses.
    /// </summary>
    private static nint AttachAligned(int shmid, ulong length, ulong alignment)
    {
        const int Attempts = 8;
        nint address = 0;
        for (int i = 0; i < Attempts; i++)
        {
            nuint room = (nuint)(length + alignment);
            nint start = Mmap.Map(room, Mmap.PROT_NONE, Mmap.MAP_PRIVATE | Mmap.MAP_NORESERVE);
            if (start == 0)
            {
                return 0;
            }

            Mmap.Unmap(start, room);
            address = SysvShm.AttachAt(shmid, (nint)(((ulong)start + alignment - 1) / alignment * alignment));
            if (address != -Errno.EINVAL)
            {
                break;
            }
        }

        return address;
    }

    /// <summary>
    /// The places of whole blocks that are in memory; null when the kernel does not tell. Only what holds something
    /// is looked at: to reserve a segment of terabytes costs a user nothing, to look at each of its pages takes long.
    /// </summary>
    private List<ulong>? FindResident(ulong blockSize, ref ulong found, CancellationToken cancellation)
    {
        found = 0;
        var blocks = new List<ulong>();
        byte[] pages = new byte[Math.Max(blockSize / basePage, Chunk)];
        using FileDescriptor file = OpenFile();
        for (ulong at = 0; at < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong start = at;
            ulong end = length;
            if (file.IsOpen)
            {
                int n = SeekData.Next(file, at, out start, out end);
                if (n == 0)
                {
                    break;
                }

                (start, end) = n < 0 ? (at, length) : (start, Math.Min(end, length));
            }

            // Pieces end between blocks, so that no block is seen in two halves.
            ulong most = (start + ((ulong)pages.Length * basePage)) / blockSize * blockSize;
            end = most > start ? Math.Min(end, most) : Math.Min(end, start + ((ulong)pages.Length * basePage));
            if (!Look(start, end, blockSize, pages, blocks, ref found))
            {
                return null;
            }

            at = end;
        }

        return blocks;
    }

    /// <summary>Adds what is in memory between two places; false when the kernel does not tell.</summary>
    private bool Look(ulong start, ulong end, ulong blockSize, byte[] pages, List<ulong> blocks, ref ulong found)
    {
        LookedAt += end - start;
        if (Mincore.Look(address + (nint)start, (nuint)(end - start), pages) != 0)
        {
            return false;
        }

        for (ulong at = start; at < end;)
        {
            ulong blockEnd = Math.Min((at / blockSize * blockSize) + blockSize, end);
            ulong resident = 0;
            foreach (byte page in pages.AsSpan((int)((at - start) / basePage), (int)((blockEnd - at) / basePage)))
            {
                resident += (ulong)(page & 1) * basePage;
            }

            found += resident;
            if (resident == blockSize)
            {
                blocks.Add(at);
            }

            at = blockEnd;
        }

        return true;
    }

    /// <summary>The file behind the segment, which has no name but this one; not open where the kernel does not let us have it.</summary>
    private FileDescriptor OpenFile() => FileDescriptor.WorkingDirectory.Open(System.Text.Encoding.ASCII.GetBytes(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/map_files/{(ulong)address:x}-{(ulong)address + length:x}\0")));

    private SmapsFile ReadFacts()
    {
        var sizes = default(SmapsFile);
        using FileDescriptor file = FileDescriptor.WorkingDirectory.Open("/proc/self/smaps\0"u8);
        if (!file.IsOpen)
        {
            return sizes;
        }

        bool within = false;
        var lines = new LineStream(file, new byte[16384]);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (MapsLine.TryParse(line, out MapsLine mapping))
            {
                if (within)
                {
                    break;
                }

                within = mapping.Start == (ulong)address;
            }
            else if (within)
            {
                sizes.Add(line);
            }
        }

        return sizes;
    }
}
