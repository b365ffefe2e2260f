using System.Globalization;
using System.Text.Json;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.SharedMemory;

public class ShmSegmentTests(StagingGround ground) : StagedTests(ground)
{
    private const string ShmemEnabled = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";

    [Fact]
    public void A_segment_is_told_with_its_owner_and_its_processes()
    {
        using Workload workload = Ground.Start("fork uid 65534 sysv 300 write 0 200 1 end");
        int owner = workload.Pids[1];

        ShmSegment segment = Only(workload.Segments[0]);

        Assert.Equal((0, 300L * Page, 200L * Page, 0L), (segment.Key, segment.Size, segment.Rss!.Value, segment.Swap));
        Assert.Equal((200L, 0L, 0L), (segment.Pages4k!.Value, segment.Pages2M!.Value, segment.Pages1G!.Value));
        Assert.Equal(66.67, segment.UsedPercent);
        Assert.Equal((65534L, 1L, owner, owner), (segment.Uid, segment.Attached, segment.CreatorPid, segment.LastPid));
        Assert.Equal("0600", segment.Mode);
        Assert.Equal([owner], segment.AttachedPids!);
        Assert.Empty(segment.Sid!);
        Assert.Equal(Page, segment.PageSize);
        Assert.Null(segment.DetachTime);
        Assert.InRange(DateTime.Now - segment.AttachTime!.Value, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(2));
        Assert.False(segment.Removed || segment.Locked);
    }

    [Fact]
    public void A_hundred_calls_bring_nothing_into_memory_and_a_forced_one_does()
    {
        using Workload workload = Ground.Start("sysv 8000 write 0 4000 1");
        int id = workload.Segments[0];

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(4000 * Page, Only(id).Rss);
        }

        Assert.Equal(4000 * Page, SysVTable.Read()[id].Rss);
        Assert.Equal(workload.Pid, Only(id).LastPid);
        ShmSegment forced = Assert.Single(ShmSegments.Read(new ShmOptions { ShmIds = [id], ForceRead = true }));
        Assert.Equal((8000L * Page, 8000L), (forced.Rss!.Value, forced.Pages4k!.Value));
        Assert.Equal(8000 * Page, SysVTable.Read()[id].Rss);
    }

    [Fact]
    public void A_segment_that_nobody_has_attached_is_not_attached()
    {
        using Workload workload = Ground.Start("fork sysv 300 write 0 200 1 end");
        workload.Kill(workload.Pids[1]);

        // Its own; or that of whoever read its files when it ended, and so was the last to let its memory go.
        long last = SysVTable.LastPids()[workload.Segments[0]];
        ShmSegment segment = Only(workload.Segments[0]);
        Only(workload.Segments[0]);

        Assert.Equal((0L, 200L, 0L), (segment.Attached, segment.Pages4k!.Value, segment.Pages2M!.Value));
        Assert.Empty(segment.AttachedPids!);
        Assert.Equal(last, Only(workload.Segments[0]).LastPid);
    }

    [Fact]
    public void A_segment_removed_while_attached_is_listed_as_such()
    {
        using Workload workload = Ground.Start("sysv 300 write 0 200 1 sysv-remove fork end");

        ShmSegment segment = Only(workload.Segments[0]);

        Assert.True(segment.Removed);
        Assert.Equal("0600", segment.Mode);
        Assert.Equal(2, segment.Attached);
        Assert.Equal(workload.Pids.Order(), segment.AttachedPids!);
        Assert.Equal(200, segment.Pages4k);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Huge_pages_are_counted_as_such(bool attached)
    {
        using HugePageReservation reservation = HugePageReservation.Take(6);
        using Workload workload = Ground.Start("fork sysv-huge 4 write 0 3 512 end");
        if (!attached)
        {
            workload.Kill(workload.Pids[1]);
        }

        long before = SysVTable.Read()[workload.Segments[0]].Rss;
        ShmSegment segment = Only(workload.Segments[0]);

        Assert.Equal((4L * HugePage, 3L * HugePage), (segment.Size, segment.Rss!.Value));
        Assert.Equal((0L, 3L, 0L), (segment.Pages4k!.Value, segment.Pages2M!.Value, segment.Pages1G!.Value));
        Assert.Equal((75d, (long)HugePage), (segment.UsedPercent!.Value, segment.PageSize!.Value));
        Assert.Equal(before, SysVTable.Read()[workload.Segments[0]].Rss);
        Assert.Equal(4, Assert.Single(ShmSegments.Read(new ShmOptions { ShmIds = [workload.Segments[0]], ForceRead = true })).Pages2M);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transparent_huge_pages_are_counted_as_what_they_are(bool attached)
    {
        // Two pages of 2 MiB, 100 base pages, and 2 MiB of nothing.
        using Setting setting = Setting.Change(ShmemEnabled, "always");
        using Workload first = Ground.Start($"fork sysv {4 * PerHuge} write 0 2 {PerHuge} end");
        int id = first.Segments[0];
        setting.Set("never");
        using Workload second = Ground.Start($"fork sysv-attach {id} write {2 * PerHuge} 100 1 end");
        Assert.SkipUnless(SysVTable.Read()[id].Rss == (2 * HugePage) + (100 * Page), "Not tested: the kernel gave no transparent huge pages.");
        if (!attached)
        {
            first.Kill(first.Pids[1]);
            second.Kill(second.Pids[1]);
        }

        for (int i = 0; i < 100; i++)
        {
            ShmSegment segment = Only(id);
            Assert.Equal((100L, 2L, 0L), (segment.Pages4k!.Value, segment.Pages2M!.Value, segment.Pages1G!.Value));
        }

        Assert.Equal((2 * HugePage) + (100 * Page), SysVTable.Read()[id].Rss);
        Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.Contains("/SYSV", StringComparison.Ordinal));
    }

    [Fact]
    public void Swapped_pages_stay_in_swap()
    {
        using SwapArea area = SwapArea.Activate(Ground);
        using Workload workload = Ground.Start("sysv 2000 write 0 2000 1 advise pageout 0 1000");
        int id = workload.Segments[0];
        (long rss, long swap) = SysVTable.Read()[id];
        Assert.SkipWhen(swap == 0, "Not tested: the kernel swapped nothing out.");

        for (int i = 0; i < 100; i++)
        {
            ShmSegment segment = Only(id);
            Assert.Equal((rss, swap, rss / Page), (segment.Rss!.Value, segment.Swap, segment.Pages4k!.Value));
        }

        ShmSegment forced = Assert.Single(ShmSegments.Read(new ShmOptions { ShmIds = [id], ForceRead = true }));
        Assert.True(forced.Rss > rss && forced.Swap < swap);
    }

    [Fact]
    public void Segments_that_come_and_go_are_no_error()
    {
        Ground.Require();
        using Workload workload = Ground.Start("sysv 300 write 0 200 1");
        using var churn = new SegmentChurn();
        for (int i = 0; i < 200; i++)
        {
            IReadOnlyList<ShmSegment> segments = ShmSegments.Read(new ShmOptions { ForceRead = i % 4 == 0 });
            Assert.Contains(segments, segment => segment.ShmId == workload.Segments[0]);
            Assert.Equal(segments.Select(segment => segment.Size).OrderDescending(), segments.Select(segment => segment.Size));
        }

        Assert.True(churn.Made > 100);
    }

    [Fact]
    public void An_ordinary_user_sees_what_everybody_may()
    {
        Rights.RequireSetPriv();
        using HugePageReservation reservation = HugePageReservation.Take(6);
        using Workload workload = Ground.Start("sysv 300 write 0 200 1 fork sysv-huge 4 write 0 3 512 end");
        using Workload theirs = Workload.Start("setpriv", $"--reuid 65534 --regid 65534 --clear-groups {Ground.Program} sysv 100 write 0 50 1", null);
        workload.Kill(workload.Pids[1]);

        Outcome outcome = LinuxMemCommand.Start(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. LinuxMemCommand.Words, "shm", "-o", "json"]);

        Assert.Equal((0, string.Empty), (outcome.ExitCode, outcome.Error));
        Dictionary<long, JsonElement> segments = JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray().ToDictionary(s => s.GetProperty("shmid").GetInt64());
        JsonElement plain = segments[workload.Segments[0]];
        Assert.Equal(200, plain.GetProperty("pages_4k").GetInt64());
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("attached_pids").ValueKind);
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("sid").ValueKind);
        JsonElement huge = segments[workload.Segments[1]];
        Assert.Equal(JsonValueKind.Null, huge.GetProperty("pages_2M").ValueKind);
        if (huge.GetProperty("rss").ValueKind != JsonValueKind.Null)
        {
            Assert.Equal(3 * HugePage, huge.GetProperty("rss").GetInt64());
        }

        JsonElement own = segments[theirs.Segments[0]];
        Assert.Equal(50, own.GetProperty("pages_4k").GetInt64());
        Assert.Equal(theirs.Pid.ToString(CultureInfo.InvariantCulture), own.GetProperty("attached_pids").GetString());
    }

    private static ShmSegment Only(int id) => Assert.Single(ShmSegments.Read(new ShmOptions { ShmIds = [id] }));
}
