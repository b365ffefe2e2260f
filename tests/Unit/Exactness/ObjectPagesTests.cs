using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>Objects that many processes map are read by their pages, of which the frames are known: figures are the same, byte for byte.</summary>
public class ObjectPagesTests(StagingGround ground) : StagedTests(ground)
{
    /// <summary>Children of several users that each touch other pages, one of them more than once and one privately.</summary>
    private const string Children =
        " forks 4 read 0 1900 3 end forks 3 read 0 5900 1 end fork read 1000 2999 1 write 6000 450 2 end forks 2 uid 65534 read 0 5000 1 end fork uid 65534 read 100 50 2 end";

    [Theory]
    [InlineData("memfd 7000 write 0 6000 1")]
    [InlineData("shared 40000 write 0 6000 1 write 33000 6500 1")]
    [InlineData("shared 7000 advise random 0 7000 write 0 6999 1")]
    public void An_object_of_many_processes(string parent) => CheckThatIsKnown(parent + Children);

    [Fact]
    public void A_file_of_a_tmpfs_mapped_in_all_ways()
    {
        string file = $"/dev/shm/linuxmem-test-{Guid.NewGuid():N}";
        try
        {
            CheckThatIsKnown(
                $"make-file {file} 6000 file {file} 6000 write 0 5500 1{Children.Replace("6000 450 2", "5000 400 2", StringComparison.Ordinal)} forks 3 file-private {file} 6000 read 0 5500 1 write 0 1000 3 end " +
                "forks 3 again read 2000 3000 1 end forks 2 unmap 3000 500 read 0 3000 1 end forks 2 protect-none 2000 10 read 0 2000 1 end");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Pages_swapped_out_and_taken_away_meanwhile()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        Check("memfd 7000 write 0 7000 1 forks 5 read 0 6000 1 end advise pageout 0 2000 forks 3 read 1000 3000 1 end advise remove 4000 500 forks 2 read 0 3500 2 end");
    }

    [Fact]
    public void Huge_pages_and_small_ones_of_one_object()
    {
        Check($"memfd-huge 6 write 0 6 {PerHuge} forks 4 read 0 {6 * PerHuge} 1 end forks 3 read 700 {PerHuge} 2 end advise remove {PerHuge + 7} 1 forks 3 read 0 {6 * PerHuge} 1 end");
    }

    [Fact]
    public void Lines_and_what_is_shared_with_a_snapshot_beside_them()
    {
        using Workload workload = Ground.Start("memfd 7000 write 0 6000 1 shared 3000 write 0 3000 1 forks 4 select 0 read 0 3000 2 select 1 read 500 2500 1 end forks 3 anon 50 write 0 50 1 select 0 read 0 6000 1 end");

        IReadOnlyList<MemMapping> lines = MappingComparison.Check(Ground.NewName("snapshot"), workload);

        Assert.Equal(6000L * Page, Assert.Single(lines, line => line.Kind == "Memfd").MemRss);
    }

    [Fact]
    public void Nothing_is_believed_of_a_mapping_that_is_another_by_now()
    {
        using Workload workload = Ground.Start("memfd 7000 write 0 6000 1");
        Staging.Mapping memfd = Assert.Single(workload.Mappings);
        using Machine machine = Machine.Open();
        using var flags = new Kpageflags(machine);
        var facts = new PagingFacts((ulong)Page, HugePage, true, ZeroPagePfns.None, flags, new Lazy<ulong>(PagemapEntry.LeastSwapAreas));
        var budget = new MemoryBudget(1 << 30);
        var index = new IndexedFrames(budget);
        var pages = new ObjectPages(index);

        // What another process told: that the page is in the frame of its own number.
        pages.Record([.. Enumerable.Range(1, 7000).Select(i => PagemapEntry.Present | PagemapEntry.File | (ulong)(uint)i)], 0);
        var mapping = new Engine.Paging.Mapping { Start = memfd.Address, End = memfd.Address + (ulong)memfd.Bytes, Kind = MappingKind.SharedObject, Populated = Engine.Paging.Mapping.Unknown, Pages = pages };

        HashSet<ulong> trusted = Read(true), doubted = Read(false);

        Assert.Equal(Enumerable.Range(1, 6000).Select(i => (ulong)i), trusted.Order());
        Assert.Equal(IndependentCount.Read(workload.Pid).Frames.Count(doubted.Contains), doubted.Count);
        Assert.Equal(6000, doubted.Count);

        HashSet<ulong> Read(bool isStill)
        {
            Span<byte> name = stackalloc byte[64];
            using MachineFolder place = machine.OpenPlace(Machine.ProcessPath(name, workload.Pid, default));
            using Pagemap map = machine.OpenPagemap(place, out _)!;
            using var arena = new FrameArena(budget);
            using var set = new FrameSet(budget);
            using var reader = new PagemapReader(facts, budget) { Check = new Answer(isStill) };
            ReadCursor cursor = ReadCursor.Whole(isDense: true);
            while (cursor.MoveToReadable([mapping]))
            {
                Assert.Equal(0, reader.ReadBatch(map, [mapping], ref cursor, scan: true));
            }

            reader.Frames.AddTo(set, arena);
            using var collector = new FrameCollector(budget);
            index.Resolve(set, collector, arena);
            return Paging.FrameSource.ToPlain(set);
        }
    }

    /// <summary>Checks the figures, and that the objects were read by their pages.</summary>
    private void CheckThatIsKnown(string steps)
    {
        using Workload workload = Ground.Start(steps);
        Check(workload);
        using MemScan scan = MemScan.Begin(new ScanOptions { Threads = 1 });
        using PageReading reading = scan.Read([.. scan.Table.Processes.Where(process => workload.Pids.Contains(process.Id))], [new WholeSplit()]);
        Assert.InRange(reading.State.Index.Frames.Count, 1, 10);
    }

    private sealed class Answer(bool answer) : IMappingCheck
    {
        public bool IsStill(in Engine.Paging.Mapping mapping) => answer;
    }
}
