using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Snapshots;

/// <summary>What is present in a page map and yet is no memory of the process neither counts in a snapshot nor hides what does.</summary>
public class HugeZeroPageTests(StagingGround ground) : StagedTests(ground)
{
    [Theory]
    [InlineData("huge 131 unmap 0 511 write 511 1 1 read 512 129 512", 129)]
    [InlineData("huge 131 unmap 0 411 write 411 101 1 read 512 129 512", 129)]
    [InlineData("huge 400 unmap 0 511 write 511 1 1 read 512 398 512", 398)]
    [InlineData("huge 131 unmap 0 511 write 511 1 1 read 512 129 512 fork write 1000 3 1 end", 129)]
    public void Huge_zero_pages_that_a_batch_of_a_scan_ends_in(string layout, int zeros) => AssertSame(layout, zeros);

    [Theory]
    [InlineData("huge 30 read 0 1 512 advise nohugepage 0 15360 write 10240 400 1")]
    [InlineData("huge 60 unmap 0 100 read 512 2 512 advise nohugepage 100 30620 write 20000 300 1")]
    [InlineData("huge 60 read 8192 1 512 advise nohugepage 0 30720 write 10 5 1 write 29000 300 1 fork write 28000 100 1 end")]
    public void Pages_far_behind_a_huge_zero_page(string layout) => AssertSame(layout, zeros: 1);

    [Theory]
    [InlineData(MappingKind.PrivateDevice)]
    [InlineData(MappingKind.Shared)]
    public void Pages_far_behind_those_of_a_device(object kind)
    {
        // Smaps counts 400 pages of the mapping, and not the 9,000 frames of the device before them.
        const ulong NoRam = 1UL << 40;
        var map = new MadePagemap();
        map.Add(0, 9000, PagemapEntry.Present | NoRam);
        map.Add(15000, 400, PagemapEntry.Present | PagemapEntry.File | 0x1000);
        using Machine machine = Machine.Open();
        using var flags = new Kpageflags(machine);
        using FileStream file = UnnamedFile.Create(Path.GetTempPath());
        using FileStream listed = UnnamedFile.Create(Path.GetTempPath());
        var writer = new PageRunWriter(file, listed);
        PagingFacts facts = Facts(flags);
        var mapping = new Engine.Paging.Mapping { Start = 0, End = 20000 * facts.PageSize, Kind = (MappingKind)kind, Populated = 400 };

        Assert.Equal(0, new PagemapRecorder(facts, writer, new DoubtfulFrames()).Record(map, [mapping], scan: false, TestContext.Current.CancellationToken));

        Assert.Equal(9400, writer.Entries);
    }

    private static PagingFacts Facts(Kpageflags flags) => new((ulong)Page, HugePage, true, ZeroPagePfns.None, flags, new Lazy<ulong>(PagemapEntry.LeastSwapAreas));

    /// <summary>Live figures and those of snapshots, taken and read in both ways.</summary>
    private void AssertSame(string layout, int zeros)
    {
        using Setting setting = Setting.Change("/sys/kernel/mm/transparent_hugepage/use_zero_page", "1");
        using Workload workload = Ground.Start(layout);
        ProcessPages[] counted = Check(workload);
        Assert.SkipWhen(counted[0].Strangers < zeros * PerHuge, "Not tested: the kernel gave no huge zero page.");
        foreach (PagemapMode taken in new[] { PagemapMode.Auto, PagemapMode.Plain })
        {
            string file = Ground.NewName("snapshot");
            MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true, PagemapMode = taken });
            foreach (PagemapMode read in new[] { PagemapMode.Auto, PagemapMode.Plain })
            {
                using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = file, Threads = 1, PagemapMode = read });
                ScanResult result = scan.Run(scan.Table.Processes.Where(process => workload.Pids.Contains(process.Id)).ToList(), [new PerProcessSplit()]);
                Assert.Equal(
                    counted.Select(one => $"{one.Pid}: {(long)one.Frames.Count * Page}, taken {taken}, read {read}"),
                    workload.Pids.Select(pid => $"{pid}: {result.Reports[0].Groups.Single(group => pid.Equals(group.Key)).MemRss}, taken {taken}, read {read}"));
            }
        }
    }

    /// <summary>A page map with what a test puts into it.</summary>
    private sealed class MadePagemap : Pagemap
    {
        private readonly Dictionary<ulong, ulong> entries = [];

        public void Add(ulong page, int count, ulong entry)
        {
            for (int i = 0; i < count; i++)
            {
                entries[page + (ulong)i] = entry + (ulong)i;
            }
        }

        public override int Read(Span<byte> buffer, long offset)
        {
            for (int at = 0; at < buffer.Length; at += 8)
            {
                BitConverter.TryWriteBytes(buffer[at..], entries.GetValueOrDefault((ulong)(offset + at) / 8));
            }

            return buffer.Length;
        }

        public override int Scan(ref PagemapScan.Arguments argument, Span<PagemapScan.Region> regions) => -Errno.ENOTTY;

        public override void Dispose()
        {
        }
    }
}
