using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Snapshots;

/// <summary>A page map as runs answers as the page map does that it was made from.</summary>
[Beside(Company.Everybody)]
public class PageRunTests
{
    private const ulong Present = 1UL << 63;
    private const ulong Swapped = 1UL << 62;

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(2, 4096)]
    [InlineData(3, 16384)]
    [InlineData(4, 65536)]
    public void Reads_and_scans_are_those_of_the_map(int seed, ulong pageSize)
    {
        var random = new Random(seed);
        SortedDictionary<ulong, ulong> entries = Fragmented(random, 60000);
        using FileStream file = Write(entries);
        using RecordedPagemap map = Open(file, pageSize)!;
        ulong last = entries.Keys.Max();

        for (int i = 0; i < 3000; i++)
        {
            ulong first = (ulong)random.NextInt64((long)last + 100);
            ulong[] read = new ulong[random.Next(1, 9000)];
            Assert.Equal(read.Length * 8, map.Read(MemoryMarshal.AsBytes(read.AsSpan()), (long)first * 8));
            for (int k = 0; k < read.Length; k++)
            {
                if (read[k] != entries.GetValueOrDefault(first + (ulong)k))
                {
                    Assert.Fail($"page {first + (ulong)k}: {read[k]:x}");
                }
            }
        }

        foreach (ulong most in new ulong[] { 0, 1, 7, 65536 })
        {
            Assert.Equal(entries.Keys, Scanned(map, pageSize, 0, last + 50, most).Where(entries.ContainsKey));
        }
    }

    [Fact]
    public void Runs_take_little_room()
    {
        var entries = new SortedDictionary<ulong, ulong>();
        for (ulong i = 0; i < 100000; i++)
        {
            entries[1000 + i] = Present | (5000 + i);
            entries[200000 + i] = Present | 77;
            entries[400000 + i] = Swapped | (i << 5) | 3;
        }

        using FileStream file = Write(entries);
        Assert.Equal(24 + (3 * 24), file.Length);
        using RecordedPagemap map = Open(file, 4096)!;
        ulong[] read = new ulong[3];
        map.Read(MemoryMarshal.AsBytes(read.AsSpan()), 450000 * 8);
        Assert.Equal([Swapped | (50000UL << 5) | 3, Swapped | (50001UL << 5) | 3, Swapped | (50002UL << 5) | 3], read);
    }

    [Fact]
    public void Huge_maps_need_no_more_memory_and_several_threads_may_read()
    {
        var random = new Random(9);
        SortedDictionary<ulong, ulong> entries = [];
        for (ulong page = 0; entries.Count < 200000; page += (ulong)random.NextInt64(5, 50))
        {
            entries[page] = Present | (ulong)random.NextInt64(1 << 30);
        }

        using FileStream file = Write(entries);
        using RecordedPagemap map = Open(file, 4096)!;
        KeyValuePair<ulong, ulong>[] asked = [.. entries.Where((_, i) => i % 37 == 0)];
        Parallel.ForEach(asked.OrderBy(pair => pair.Value), new ParallelOptions { MaxDegreeOfParallelism = 4 }, pair =>
        {
            ulong read = 0;
            map.Read(MemoryMarshal.AsBytes(new Span<ulong>(ref read)), (long)pair.Key * 8);
            Assert.Equal(pair.Value, read);
        });
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        using FileStream file = Write(Fragmented(new Random(5), 500));
        byte[] whole = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(whole);
        for (int length = 0; length < whole.Length; length += 13)
        {
            using FileStream cut = Store(whole[..length]);
            Assert.Null(RecordedPagemap.Open(new OpenedFile(new FilePart(cut, 0, length)), 4096, out int error));
            Assert.Equal(Errno.EIO, error);
        }
    }

    [Fact]
    public void Bytes_that_were_changed_do_no_harm()
    {
        var random = new Random(6);
        using FileStream file = Write(Fragmented(random, 800));
        byte[] whole = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(whole);
        for (int i = 0; i < 5000; i++)
        {
            byte[] changed = [.. whole];
            for (int k = random.Next(1, 6); k > 0; k--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            using FileStream store = Store(changed);
            using RecordedPagemap? map = Open(store, 4096);
            if (map is null)
            {
                continue;
            }

            ulong[] read = new ulong[100];
            int n = map.Read(MemoryMarshal.AsBytes(read.AsSpan()), random.NextInt64(1L << 50) / 8 * 8);
            Assert.True(n is 800 or -Errno.EIO);
            Scanned(map, 4096, 0, 1UL << 35, 0, steps: 50);
        }
    }

    /// <summary>Entries of all shapes: runs of frames and slots, the same again and again, single ones, holes small and large.</summary>
    private static SortedDictionary<ulong, ulong> Fragmented(Random random, int count)
    {
        var entries = new SortedDictionary<ulong, ulong>();
        for (ulong page = (ulong)random.NextInt64(3); entries.Count < count;)
        {
            ulong entry = random.Next(3) == 0 ? Swapped | ((ulong)random.NextInt64(1 << 20) << 5) | (ulong)random.NextInt64(3) : Present | (ulong)random.NextInt64(1L << 40);
            ulong step = random.Next(4) switch { 0 => 0UL, 1 => 32, 2 => 1, _ => (ulong)random.NextInt64(1, 100) };
            for (int length = random.Next(3) == 0 ? random.Next(1, 2000) : random.Next(1, 12); length > 0; length--)
            {
                entries[page++] = entry;
                entry += step;
            }

            page += random.Next(4) switch { 0 => 0UL, 1 => 1UL, 2 => (ulong)random.NextInt64(6), _ => (ulong)random.NextInt64(20000) };
        }

        return entries;
    }

    private static FileStream Write(SortedDictionary<ulong, ulong> entries)
    {
        FileStream file = UnnamedFile.Create(Path.GetTempPath(), 4096);
        using FileStream listed = UnnamedFile.Create(Path.GetTempPath(), 4096);
        var writer = new PageRunWriter(file, listed);
        for (int again = 0; again < 2; again++)
        {
            writer.Begin();
            foreach ((ulong page, ulong entry) in entries)
            {
                writer.Append(page, entry);
            }

            writer.End();
        }

        return file;
    }

    private static FileStream Store(byte[] bytes)
    {
        FileStream file = UnnamedFile.Create(Path.GetTempPath());
        file.Write(bytes);
        return file;
    }

    private static RecordedPagemap? Open(FileStream file, ulong pageSize) => RecordedPagemap.Open(new OpenedFile(new FilePart(file, 0, file.Length)), pageSize, out _);

    /// <summary>The pages that scans report one after the other, as the reader asks for them.</summary>
    private static List<ulong> Scanned(RecordedPagemap map, ulong pageSize, ulong first, ulong end, ulong most, int steps = int.MaxValue)
    {
        var pages = new List<ulong>();
        Span<PagemapScan.Region> regions = stackalloc PagemapScan.Region[16];
        for (ulong at = first * pageSize; at < end * pageSize && steps > 0; steps--)
        {
            var argument = new PagemapScan.Arguments { Start = at, End = end * pageSize, RegionCount = 16, MaxPages = most };
            int n = map.Scan(ref argument, regions);
            if (n < 0)
            {
                return pages;
            }

            for (int i = 0; i < n; i++)
            {
                for (ulong page = regions[i].Start / pageSize; page < regions[i].End / pageSize && pages.Count < 1_000_000; page++)
                {
                    pages.Add(page);
                }
            }

            Assert.True(argument.WalkEnd > at, "a scan moves on");
            at = argument.WalkEnd;
        }

        return pages;
    }
}
