using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// A SysV segment attached read-only to this process, to inspect its pages; <see cref="Dispose"/> detaches it.
/// </summary>
/// <remarks>
/// Attaching changes no page, but it updates the segment's attach time and last pid. Pages are touched by reading
/// <c>/proc/self/mem</c>: a page that cannot be allocated (an empty hugetlb pool) is then an error number and not
/// SIGBUS.
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

    /// <summary>The page size of the segment in bytes; 0 when it is not known.</summary>
    public ulong PageSize => facts.PageSize;

    /// <summary>Bytes of the segment checked for residency.</summary>
    public ulong LookedAt { get; private set; }

    /// <summary>Attaches a segment; null when it is gone or the kernel refuses.</summary>
    /// <param name="shmid">The shmid.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="alignment">The alignment of the address in bytes; 0 for any address.</param>
    public static AttachedMapping? Attach(ulong shmid, ulong size, ulong alignment = 0)
    {
        ulong basePage = (ulong)Environment.SystemPageSize;
        ulong length = (size + basePage - 1) / basePage * basePage;
        nint address = alignment == 0 ? SysvShm.Attach((int)shmid) : AttachAligned((int)shmid, length, alignment);
        return address is < 0 and > -4096 || address == 0 ? null : new AttachedMapping(address, length, basePage);
    }

    /// <summary>
    /// Counts the bytes of the segment in transparent huge pages that lie wholly inside it. It reads one byte of each
    /// resident range, so that the kernel maps it into this process; nothing else is touched.
    /// </summary>
    /// <param name="hugeSize">The size of a transparent huge page in bytes; the address is a multiple of it.</param>
    /// <param name="resident">Resident bytes of the segment. When more pages seem resident, some are being swapped out,
    /// and reading them would bring them back.</param>
    /// <param name="cancellation">Cancels the count.</param>
    /// <returns>The bytes; null when they cannot be counted without changing the segment.</returns>
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

    /// <summary>Reads every page, which allocates pages never written and swaps in those swapped out.</summary>
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
    /// Reserves address space, frees it, and attaches the segment at an aligned address inside. shmat(2) refuses, and
    /// it is tried again, when another thread has taken the space meanwhile or the segment is larger (hugetlb; a new
    /// segment under a reused shmid).
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
    /// Finds the offsets of fully resident blocks; null when residency cannot be read. Only ranges with data are
    /// checked: reserving a segment of terabytes is free, but checking each of its pages takes long.
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

            // End each range on a block boundary, so that every block is checked as a whole.
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

    /// <summary>Adds the resident blocks of a range; false when residency cannot be read.</summary>
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

    /// <summary>Opens the file behind the segment, which has no other path; not open when the kernel refuses.</summary>
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
        var lines = new LineStream(file, new byte[16384], FileBounds.Smaps, CancellationToken.None);
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
