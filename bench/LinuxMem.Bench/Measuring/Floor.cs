using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;

namespace LinuxMem.Bench.Measuring;

/// <summary>
/// The kernel floor: the reads that no scan can do without, by one thread, and nothing kept of what they
/// bring. It is what the engine is measured against.
/// </summary>
/// <remarks>
/// The names in /proc; of each process its user (one statx of its directory), its mappings, its populated regions
/// (PAGEMAP_SCAN) and their page map, of a huge page one entry. System V segments are left out, as the engine
/// does. No entry is looked at.
/// </remarks>
internal sealed unsafe partial class Floor(FloorPlan plan, HashSet<int>? only) : IDisposable
{
    private const int RegionCount = 2048;
    private const ulong HugePage = 2 << 20;

    /// <summary>Holes of at most this many pages are read rather than jumped over.</summary>
    private const ulong SmallHole = 64;

    private readonly ulong pageSize = (ulong)Environment.SystemPageSize;
    private readonly ulong* entries = (ulong*)NativeMemory.AlignedAlloc((nuint)plan.BufferBytes, 4096);
    private readonly PagemapScan.Region* regions = (PagemapScan.Region*)NativeMemory.Alloc(RegionCount, (nuint)sizeof(PagemapScan.Region));
    private readonly byte[] names = new byte[32 << 10];
    private byte[] maps = new byte[64 << 10];
    private bool counts;
    private long references;

    /// <summary>Makes all reads once.</summary>
    public void Read()
    {
        using FileDescriptor proc = FileDescriptor.WorkingDirectory.Open("/proc\0"u8);
        int n;
        while ((n = (int)getdents64(proc.Number, ref names[0], (nuint)names.Length)) > 0)
        {
            // struct linux_dirent64: inode, offset, length of the record (at 16), type, name (at 19).
            for (int at = 0; at < n; at += BinaryPrimitives.ReadUInt16LittleEndian(names.AsSpan(at + 16)))
            {
                if (Utf8Parser.TryParse(names.AsSpan(at + 19), out int id, out int digits) && (only is null || only.Contains(id)))
                {
                    ReadProcess(proc, names.AsSpan(at + 19, digits));
                }
            }
        }
    }

    /// <summary>Makes all reads once and counts the entries that refer to a page: what the floor covers.</summary>
    public long Count()
    {
        counts = true;
        references = 0;
        Read();
        counts = false;
        return references;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(entries);
        NativeMemory.Free(regions);
    }

    private void ReadProcess(FileDescriptor proc, ReadOnlySpan<byte> id)
    {
        Span<byte> name = stackalloc byte[32];
        id.CopyTo(name);
        name[id.Length] = 0;
        using FileDescriptor directory = proc.OpenPlace(name);
        if (!directory.IsOpen || Statx.ReadDevice(directory, out _, out _) != 0)
        {
            return;
        }

        using FileDescriptor pagemap = directory.Open("pagemap\0"u8);
        int length = ReadMaps(directory);
        if (pagemap.IsOpen && length > 0)
        {
            ReadPages(pagemap, maps.AsSpan(0, length));
        }
    }

    private int ReadMaps(FileDescriptor directory)
    {
        using FileDescriptor file = directory.Open("maps\0"u8);
        int length = 0;
        int n;
        while (file.IsOpen && (n = file.Read(maps.AsSpan(length))) > 0)
        {
            length += n;
            if (maps.Length - length < 32 << 10)
            {
                Array.Resize(ref maps, maps.Length * 2);
            }
        }

        return length;
    }

    /// <summary>Takes mappings that follow each other together, and reads them when another kind follows.</summary>
    private void ReadPages(FileDescriptor pagemap, ReadOnlySpan<byte> text)
    {
        ulong largest = plan.SmallMapping * pageSize;
        ulong most = (ulong)plan.BufferBytes / sizeof(ulong) * pageSize;
        ulong start = 0, end = 0;
        bool scan = false;
        while (!text.IsEmpty)
        {
            int newline = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = newline < 0 ? text : text[..newline];
            text = text[(newline < 0 ? text.Length : newline + 1)..];
            Utf8Parser.TryParse(line, out ulong from, out int used, 'x');
            line = line[(used + 1)..];
            Utf8Parser.TryParse(line, out ulong to, out used, 'x');
            if ((long)from < 0 || (line[used + 4] == (byte)'s' && line.IndexOf(" /SYSV"u8) >= 0))
            {
                // What lies on both sides of it is not read as one.
                ReadRange(pagemap, start, end, scan);
                start = end = 0;
                continue;
            }

            bool large = to - from > largest;
            if (end != 0 && large == scan && (scan || (from - end <= SmallHole * pageSize && to - start <= most)))
            {
                end = to;
                continue;
            }

            ReadRange(pagemap, start, end, scan);
            (start, end, scan) = (from, to, large);
        }

        ReadRange(pagemap, start, end, scan);
    }

    private void ReadRange(FileDescriptor pagemap, ulong start, ulong end, bool scan)
    {
        if (start < end)
        {
            if (scan)
            {
                Scan(pagemap, start, end);
            }
            else
            {
                ReadEntries(pagemap, start, end);
            }
        }
    }

    private void Scan(FileDescriptor pagemap, ulong start, ulong end)
    {
        var argument = new PagemapScan.Arguments
        {
            Size = (ulong)sizeof(PagemapScan.Arguments),
            End = end,
            Regions = (ulong)regions,
            RegionCount = RegionCount,
            CategoryAnyOfMask = PagemapScan.Present | PagemapScan.Swapped,
            ReturnMask = PagemapScan.Huge,
        };
        while (start < end)
        {
            argument.Start = start;
            int n = PagemapScan.Scan(pagemap, ref argument);
            if (n < 0)
            {
                return;
            }

            for (int i = 0; i < n;)
            {
                ulong from = regions[i].Start;
                ulong to = regions[i].End;
                if ((regions[i++].Categories & PagemapScan.Huge) != 0)
                {
                    for (ulong address = from; address < to; address += HugePage)
                    {
                        ReadEntry(pagemap, address, Math.Min(HugePage, to - address) / pageSize);
                    }

                    continue;
                }

                for (; i < n && (regions[i].Categories & PagemapScan.Huge) == 0 && regions[i].Start - to <= SmallHole * pageSize; i++)
                {
                    to = regions[i].End;
                }

                ReadEntries(pagemap, from, to);
            }

            start = argument.WalkEnd;
        }
    }

    private void ReadEntry(FileDescriptor pagemap, ulong address, ulong pages)
    {
        _ = pagemap.ReadAt(new Span<byte>(entries, sizeof(ulong)), (long)(address / pageSize * sizeof(ulong)));
        if (counts)
        {
            references += IsReference(*entries) ? (long)pages : 0;
        }
    }

    private void ReadEntries(FileDescriptor pagemap, ulong start, ulong end)
    {
        long offset = (long)(start / pageSize * sizeof(ulong));
        long last = (long)(end / pageSize * sizeof(ulong));
        while (offset < last)
        {
            int n = pagemap.ReadAt(new Span<byte>(entries, (int)Math.Min(plan.BufferBytes, last - offset)), offset);
            if (n <= 0)
            {
                return;
            }

            offset += n;
            for (int i = 0; counts && i < n / sizeof(ulong); i++)
            {
                references += IsReference(entries[i]) ? 1 : 0;
            }
        }
    }

    /// <summary>Present or swapped.</summary>
    private static bool IsReference(ulong entry) => entry >> 62 != 0;

    [LibraryImport("libc")]
    private static partial nint getdents64(int fd, ref byte buffer, nuint size);
}
