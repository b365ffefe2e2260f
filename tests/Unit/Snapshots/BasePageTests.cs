using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Snapshots;

namespace LinuxMem.Unit.Snapshots;

/// <summary>Machines with base pages of other sizes than this one's, as snapshots written by hand; every figure was worked out by hand.</summary>
[Beside(Company.Everybody)]
public class BasePageTests
{
    private const ulong Present = 1UL << 63;
    private const ulong Swapped = 1UL << 62;
    private const ulong FileBit = 1UL << 61;
    private const long K = 1024;
    private const long M = 1024 * K;

    [Fact]
    public void Sixteen_kibibytes_with_huge_pages_of_32_mebibytes()
    {
        using var machine = new Machine(pageSize: 16384, huge: 32 << 20);

        // 32 MiB = 2048 pages; at 0x40000000, page 0x10000, stands a huge page of the frames from 0x800 on.
        machine.Add(10, 1000, "40000000-46000000 rw-p 00000000 00:00 0 \n50000000-50040000 rw-p 00000000 00:00 0 \n", [
            .. Run(0x10000, 2048, Present | 0x800),
            (0x10800, Present | 0x5000), (0x10801, Present | 0x5001 | FileBit), (0x10802, Present | Zero),
            (0x14000, Swapped | (7 << 5)), (0x14001, Swapped | (8 << 5)),
        ]);
        machine.Add(11, 1001, "60000000-60010000 rw-p 00000000 00:00 0 \n", [(0x18000, Present | 0x5000), (0x18001, Present | 0x6000), (0x18003, Swapped | (7 << 5))]);

        IReadOnlyList<MemGroup> groups = machine.Scan();

        // Process 10: 2048 + 2 pages (the zero page left out), of which one is a file's and one is shared with process 11.
        AssertGroup(groups, 1000, rss: (32 * M) + (32 * K), anon: (32 * M) + (16 * K), uss: (32 * M) + (16 * K), pss: (32 * M) + (16 * K) + (8 * K), swap: 32 * K, swapUss: 16 * K);
        AssertGroup(groups, 1001, rss: 32 * K, anon: 32 * K, uss: 16 * K, pss: (16 * K) + (8 * K), swap: 16 * K, swapUss: 0);
    }

    [Fact]
    public void Sixty_four_kibibytes_with_huge_pages_of_512_mebibytes()
    {
        using var machine = new Machine(pageSize: 65536, huge: 512 << 20);

        // 512 MiB = 8192 pages; 0x100000000 is page 0x10000. The frames from 0x4000 on are the huge zero page.
        machine.Flags([(0x4000, 1UL << 24)]);
        machine.Add(10, 1000, "100000000-180000000 rw-p 00000000 00:00 0 \n", [
            .. Run(0x10000, 8192, Present | 0x2000),
            .. Run(0x12000, 8192, Present | 0x4000),
            .. Run(0x14000, 3, Present | 0x9000 | FileBit),
        ]);
        machine.Add(11, 1001, "200000000-220000000 rw-s 00000000 00:05 9 /dev/shm/x\n", Run(0x20000, 8192, Present | FileBit | 0x20000));
        machine.Add(12, 1001, "200000000-220000000 rw-s 00000000 00:05 9 /dev/shm/x\n", Run(0x20000, 4096, Present | FileBit | 0x20000));

        IReadOnlyList<MemGroup> groups = machine.Scan();

        AssertGroup(groups, 1000, rss: (512 * M) + (192 * K), anon: 512 * M, uss: (512 * M) + (192 * K), pss: (512 * M) + (192 * K), swap: 0, swapUss: 0);
        AssertGroup(groups, 1001, rss: 512 * M, anon: 0, uss: 512 * M, pss: 512 * M, swap: 0, swapUss: 0);
    }

    [Theory]
    [InlineData(16384, 32 << 20)]
    [InlineData(65536, 512 << 20)]
    public void Segments_are_counted_in_their_machines_pages(ulong pageSize, ulong huge)
    {
        using var machine = new Machine(pageSize, huge);
        long page = (long)pageSize;
        machine.Write("sysvipc/shm", string.Create(CultureInfo.InvariantCulture, $"key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap\n5 1 600 {10 * page} 10 10 1 1000 0 1000 0 0 0 0 {3 * page} {2 * page}\n6 2 600 {2 * huge} 10 10 1 1000 0 1000 0 0 0 0 {2 * huge * (huge / pageSize)} 0\n"));
        machine.Add(10, 1000, "40000000-40010000 rw-p 00000000 00:00 0 \n50000000-500a0000 rw-s 00000000 00:01 1 /SYSV00000005 (deleted)\n80000000-c0000000 rw-s 00000000 00:0f 2 /SYSV00000006 (deleted)\n", [(0x40000000 / pageSize, Present | 0x77)]);

        MemGroup group = Assert.Single(machine.Scan());
        ShmSegment[] segments = [.. ShmSegments.Read(new ShmOptions { ProcRoot = machine.Root }).OrderBy(segment => segment.ShmId)];

        // A kernel from 6.7 on counts huge pages of a segment once more in base pages: put right.
        Assert.Equal((page, (3 * page) + (2 * (long)huge), 2 * page), (group.MemRss, group.ShmMem, group.ShmSwap));
        Assert.Equal((3 * page, 3L, 0L, 2 * page, page), (segments[0].Rss, segments[0].Pages4k, segments[0].Pages2M, segments[0].Swap, segments[0].PageSize));
        Assert.Equal((2 * (long)huge, (long)huge), (segments[1].Rss, segments[1].PageSize));
    }

    [Theory]
    [InlineData("\"swapAreas\": 28", 0, 28)]
    [InlineData("\"swapAreas\": 28", 3, 28)]
    [InlineData("\"version\": 1", 26, 26)]
    [InlineData("\"version\": 1", 3, 23)]
    [InlineData("\"version\": 1", 0, 23)]
    public void Types_of_swap_entries_are_areas_as_far_as_the_machine_has_any(string text, int inUse, int areas)
    {
        using var machine = new Machine(pageSize: 4096, huge: 2 << 20);
        machine.Write("linuxmem.json", $$"""{ "version": 1, "pageSize": 4096, "users": { "1000": "ada" }, {{text}} }""");
        machine.Write("swaps", "Filename Type Size Used Priority\n" + string.Concat(Enumerable.Repeat("/swap file 1 1 1\n", inUse)));
        machine.Add(10, 1000, "40000000-40020000 rw-p 00000000 00:00 0 \n", Enumerable.Range(0, 32).Select(type => (0x40000UL + (uint)type, Swapped | (7UL << 5) | (uint)type)));

        Assert.Equal(areas * 4 * K, Assert.Single(machine.Scan()).SwapRss);
    }

    [Theory]
    [InlineData("\"pageSize\": 4096, \"swapAreas\": 22")]
    [InlineData("\"pageSize\": 4096, \"swapAreas\": 33")]
    [InlineData("\"pageSize\": 4095")]
    [InlineData("\"pageSize\": 0")]
    [InlineData("\"pageSize\": 2147483648")]
    [InlineData("\"pageSize\": 4096, \"hugePageSizes\": [4096]")]
    [InlineData("\"pageSize\": 4096, \"hugePageSizes\": null")]
    [InlineData("\"pageSize\": 4096, \"zeroFrames\": [1]")]
    [InlineData("\"pageSize\": 4096, \"refused\": {\"1/maps\": -5}")]
    [InlineData("\"pageSize\": 4096, \"tmpfs\": {\"5\": null}")]
    [InlineData("\"pageSize\": 4096, \"oracle\": [{}]")]
    [InlineData("\"pageSize\": \"many\"")]
    [InlineData("\"pageSize\": 4096, \"version\": 2")]
    public void A_description_of_what_cannot_be_is_refused(string text)
    {
        using var machine = new Machine(4096, 2 << 20);
        machine.Add(10, 1000, string.Empty, []);
        machine.Write("linuxmem.json", "{ \"version\": 1, " + text + " }");

        // What instances answered is looked at by whoever reads it.
        Assert.Equal(LinuxMemError.InvalidSnapshot, Assert.Throws<LinuxMemException>(() => OracleInstances.Read(new OracleOptions { ProcRoot = machine.Root })).Kind);
    }

    [Fact]
    public void A_description_with_half_a_surrogate_pair_is_refused_when_it_is_opened()
    {
        using var machine = new Machine(4096, 2 << 20);
        machine.Add(10, 1000, string.Empty, []);
        machine.Write("linuxmem.json", """{ "version": 1, "pageSize": 4096, "hugePageSizes": [2097152], "oracle": [{ "sid": "\uD83D" }] }""");

        Assert.Equal(LinuxMemError.InvalidSnapshot, Assert.Throws<LinuxMemException>(() => Engine.Sources.Machine.Open(machine.Root)).Kind);
    }

    private const ulong Zero = 0x33;

    private static IEnumerable<(ulong Page, ulong Entry)> Run(ulong page, int count, ulong entry)
    {
        for (int i = 0; i < count; i++)
        {
            yield return (page + (ulong)i, entry + (ulong)i);
        }
    }

    private static void AssertGroup(IReadOnlyList<MemGroup> groups, long uid, long rss, long anon, long uss, long pss, long swap, long swapUss)
    {
        MemGroup group = groups.Single(group => uid.Equals(group.Key));
        Assert.Equal((rss, anon, uss, pss, swap, swapUss), (group.MemRss, group.MemAnon, group.MemUss, group.MemPss, group.SwapRss, group.SwapUss));
    }

    /// <summary>A snapshot, unpacked, of a machine that there may be.</summary>
    private sealed class Machine : IDisposable
    {
        public Machine(ulong pageSize, ulong huge)
        {
            Write("linuxmem.json", string.Create(CultureInfo.InvariantCulture, $$"""
                { "version": 1, "kernel": "6.12.0-55.el10.aarch64+64k", "pageSize": {{pageSize}}, "hugePageSizes": [{{huge}}], "transparentPageSize": {{huge}}, "zeroFrames": [{{Zero}}, {{Zero}}],
                  "segmentDevices": [ { "device": "00:01", "pageSize": {{pageSize}} }, { "device": "00:0f", "pageSize": {{huge}} } ], "users": { "1000": "ada" } }
                """));
        }

        public string Root { get; } = Directory.CreateTempSubdirectory("linuxmem-machine-").FullName;

        public void Write(string name, string text)
        {
            string path = Path.Combine(Root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        public void Add(int pid, int uid, string maps, IEnumerable<(ulong Page, ulong Entry)> entries)
        {
            Write($"{pid}/stat", $"{pid} (x) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 {pid * 100} 409600 10 1\n");
            Write($"{pid}/status", $"Name:\tx\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{uid}\t{uid}\t{uid}\t{uid}\n");
            Write($"{pid}/maps", maps);
            Map($"{pid}/pagemap.runs", entries);
        }

        public void Flags(IEnumerable<(ulong Frame, ulong Flags)> flags) => Map("kpageflags.runs", flags);

        public IReadOnlyList<MemGroup> Scan()
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = Root, Threads = 2 });
            ScanResult result = scan.Run(scan.Table.Processes, [new UidSplit()]);
            Assert.Empty(result.Unreadable);
            Assert.All(result.Warnings, warning => Assert.Contains("does not tell how large", warning, StringComparison.Ordinal));
            Assert.All(scan.Table.Processes.Where(process => process.Uid == 1000), process => Assert.Equal("ada", process.User));
            return result.Reports[0].Groups;
        }

        public void Dispose() => Directory.Delete(Root, recursive: true);

        private void Map(string name, IEnumerable<(ulong Page, ulong Entry)> entries)
        {
            using FileStream file = File.Create(Path.Combine(Root, name));
            using FileStream listed = UnnamedFile.Create(Path.GetTempPath());
            var writer = new PageRunWriter(file, listed);
            writer.Begin();
            foreach ((ulong page, ulong entry) in entries)
            {
                writer.Append(page, entry);
            }

            writer.End();
        }
    }
}
