using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Fuzz;

/// <summary>A file without a name, in memory, that takes every input, for the parsers that read from a file; one for each thread.</summary>
internal sealed class StoredInput : IDisposable
{
    private const int Regions = 16;
    private const ulong PageSize = 4096;
    private readonly FileStream store = UnnamedFile.Create(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath());
    private readonly ulong[] entries = new ulong[512];

    /// <summary>Page maps as runs: of all kinds, with small and large holes, and empty.</summary>
    public static List<byte[]> PageRuns { get; } = [Runs([]), Runs([(1, Present | 7)]), Runs(Mixed(200)), Runs(Mixed(3000))];

    private static ulong Present => PagemapEntry.Present;

    /// <summary>Reads a manifest; one that is accepted has nothing that arithmetic stumbles over, and reads back.</summary>
    public void Manifest(byte[] input)
    {
        try
        {
            SnapshotManifest manifest = SnapshotManifest.Read(Store(input), "fuzzed");
            foreach (ulong size in manifest.HugePageSizes.Append(manifest.TransparentPageSize ?? manifest.PageSize).Concat(manifest.SegmentDevices.Select(device => device.PageSize)).Concat(manifest.Segments.Values.Select(pages => pages.PageSize)))
            {
                BrokenRuleException.ThrowUnless(size == 0 || (size >= manifest.PageSize && size % manifest.PageSize == 0 && (UInt128)size * size / manifest.PageSize <= long.MaxValue), "a size of pages that arithmetic does not bear");
            }

            byte[] again = manifest.ToBytes();
            BrokenRuleException.ThrowUnless(SnapshotManifest.Read(Store(again), "fuzzed").ToBytes().AsSpan().SequenceEqual(again), "written, it reads back as another one");
            _ = manifest.KernelVersion;
        }
        catch (LinuxMemException)
        {
            // The documented one.
        }
    }

    /// <summary>Reads and scans page runs here and there, as a scan does.</summary>
    public unsafe void PageRunsOf(byte[] input)
    {
        using RecordedPagemap? map = RecordedPagemap.Open(Store(input), PageSize, out int error);
        BrokenRuleException.ThrowUnless(map is not null || error > 0, "neither a map nor an error");
        if (map is null)
        {
            return;
        }

        foreach (ulong first in (ReadOnlySpan<ulong>)[0, 5, 1000, 1UL << 35, (1UL << 52) - 600, 5])
        {
            int n = map.Read(MemoryMarshal.AsBytes(entries.AsSpan()), (long)first * 8);
            BrokenRuleException.ThrowUnless(n == entries.Length * 8 || n == -Errno.EIO, $"read {n}");
        }

        Span<PagemapScan.Region> regions = stackalloc PagemapScan.Region[Regions];
        fixed (PagemapScan.Region* found = regions)
        {
            ulong end = 1UL << 47;
            ulong at = 0x1000;
            for (int i = 0; i < 64 && at < end; i++)
            {
                var argument = new PagemapScan.Arguments { Start = at, End = end, Regions = (ulong)found, RegionCount = Regions, MaxPages = i % 2 == 0 ? 0UL : 7 };
                int n = map.Scan(ref argument, regions);
                BrokenRuleException.ThrowUnless(n is >= 0 and <= Regions or -Errno.EIO, $"scanned {n}");
                if (n < 0)
                {
                    return;
                }

                ulong behind = at;
                foreach (PagemapScan.Region region in regions[..n])
                {
                    BrokenRuleException.ThrowUnless(behind <= region.Start && region.Start < region.End && region.End <= argument.WalkEnd && region.Start % PageSize == 0, "regions out of order");
                    behind = region.End;
                }

                BrokenRuleException.ThrowUnless(at < argument.WalkEnd && argument.WalkEnd <= end, "a scan that does not move on");
                at = argument.WalkEnd;
            }
        }
    }

    public void Dispose() => store.Dispose();

    /// <summary>A file of page runs.</summary>
    public static byte[] Runs(IEnumerable<(ulong Page, ulong Entry)> entries)
    {
        using var file = new MemoryStream();
        using var listed = new MemoryStream();
        var writer = new PageRunWriter(file, listed);
        writer.Begin();
        foreach ((ulong page, ulong entry) in entries)
        {
            writer.Append(page, entry);
        }

        writer.End();
        return file.ToArray();
    }

    private static IEnumerable<(ulong, ulong)> Mixed(int count)
    {
        var random = new SeededRandom(9);
        ulong page = 16;
        for (int i = 0; i < count; page += (ulong)random.Below(5) * (ulong)random.Below(100))
        {
            ulong entry = random.Below(2) == 0 ? Present | (uint)random.Below(1 << 20) : PagemapEntry.Swapped | ((ulong)(uint)random.Below(1 << 20) << 5);
            ulong step = random.Below(3) switch { 0 => 0UL, 1 => 1, _ => 32 };
            for (int length = random.Below(30); length >= 0; length--, i++, entry += step)
            {
                yield return (page++, entry);
            }
        }
    }

    private OpenedFile Store(ReadOnlySpan<byte> input)
    {
        RandomAccess.SetLength(store.SafeFileHandle, 0);
        RandomAccess.Write(store.SafeFileHandle, input, 0);
        return new OpenedFile(new FilePart(store, 0, input.Length));
    }
}
