using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Reports;
using LinuxMem.Unit.Hostile;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>Where the machine's memory is: each part is made to move, and moves by what was taken, while all add up to MemTotal.</summary>
[Beside(Company.Nobody)]
public sealed class MachineTests(StagingGround ground) : StagedTests(ground)
{
    private const long MiB = 1 << 20;

    /// <summary>The rest of the machine does something meanwhile: what is staged is staged again until nothing else has moved.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    private readonly List<Action> undo = [];

    [Fact]
    public void Anonymous_memory() => Moves("anonymous", 256 * MiB, () => Workload(Written("anon", 256 * MiB)));

    [Fact]
    public void Huge_pages_of_which_one_page_is_left_mapped()
    {
        const int Count = 100;
        string steps = $"huge {Count} write 0 {Count * PerHuge} 1 " + string.Join(' ', Enumerable.Range(0, Count).Select(i => $"unmap {(i * PerHuge) + 1} {PerHuge - 1}"));

        Moves("anonymous, not mapped", Count * (long)(HugePage - Page), () => Workload(steps), part => Assert.Contains(" bytes in all (nr_anon_partially_mapped)", part.Source, StringComparison.Ordinal));
    }

    [Fact]
    public void Cache_of_a_file_that_nobody_maps() => Moves("file cache, not mapped", 128 * MiB, () => NewFile(Path.GetTempPath(), 128 * MiB), scan: true);

    [Fact]
    public void Cache_of_a_file_that_somebody_maps()
    {
        string path = Ground.NewFile((int)(64 * MiB / Page));

        Moves("file cache, mapped", 64 * MiB, () => Workload($"file {path} {64 * MiB / Page} read 0 {64 * MiB / Page} 1"), scan: true);
    }

    [Fact]
    public void Files_of_a_ramfs()
    {
        Ground.Require();
        DirectoryInfo place = Directory.CreateTempSubdirectory("linuxmem-ramfs-");
        try
        {
            Command.Run("mount", "-t", "ramfs", "linuxmem-test", place.FullName);
            try
            {
                Moves("file cache, unevictable", 64 * MiB, () => NewFile(place.FullName, 64 * MiB));
            }
            finally
            {
                Command.Run("umount", place.FullName);
            }
        }
        finally
        {
            place.Delete();
        }
    }

    [Fact]
    public void Files_of_a_tmpfs() => Moves("shared memory, files of tmpfs", 64 * MiB, () => NewFile("/dev/shm", 64 * MiB), scan: true);

    [Fact]
    public void Files_of_a_tmpfs_of_another_mount_namespace()
    {
        string place = Ground.NewName("tmpfs");
        Directory.CreateDirectory(place);

        Moves("shared memory, files of tmpfs", 64 * MiB, () => Workload($"mount-tmpfs {place} make-file {place}/file {64 * MiB / Page} do file {place}/file {64 * MiB / Page} write 0 {64 * MiB / Page} 1 end"), scan: true);
    }

    [Fact]
    public void A_memfd_that_somebody_has_open() => Moves("shared memory, held", 64 * MiB, () => Workload($"memfd-open {64 * MiB / Page}"), scan: true);

    [Fact]
    public void Shared_anonymous_memory() => Moves("shared memory, held", 64 * MiB, () => Workload(Written("shared", 64 * MiB)), scan: true);

    [Fact]
    public void A_segment_that_somebody_has_attached() => Moves("shared memory, SysV, attached", 64 * MiB, () => Workload(Written("sysv", 64 * MiB)), scan: true);

    [Fact]
    public void A_segment_that_nobody_has_attached() => Moves("shared memory, SysV, attached by nobody", 64 * MiB, () =>
    {
        int id = HugeSegment.Create((nuint)(64 * MiB));
        Assert.SkipWhen(id < 0, "Not tested: no segment can be made.");
        undo.Add(() => HugeSegment.Remove(id));
        nint address = HugeSegment.Attach(id);
        for (nint at = 0; at < 64 * MiB; at += Page)
        {
            Marshal.WriteByte(address + at, 1);
        }

        HugeSegment.Detach(address);
    }, scan: true);

    [Fact]
    public void Huge_pages_that_are_set_aside() => Moves("huge pages, idle", 32 * HugePage, () => Undo(HugePageReservation.Take(32)));

    [Fact]
    public void Huge_pages_that_hold_something()
    {
        Ground.Require();
        using HugePageReservation pages = HugePageReservation.Take(32);

        Moves("huge pages, used", 32 * HugePage, () => Workload($"hugetlb 32 write 0 32 {PerHuge}"));
    }

    [Fact]
    public void Huge_pages_that_are_promised()
    {
        Ground.Require();
        using HugePageReservation pages = HugePageReservation.Take(32);

        Moves("huge pages, reserved", 32 * HugePage, () => Workload("hugetlb 32"));
    }

    [Fact]
    public void Dentries()
    {
        Ground.Require();
        Assert.SkipUnless(File.Exists("/proc/slabinfo"), "Not tested: this kernel has no /proc/slabinfo.");
        long before = 0;

        // Names that are not there are remembered as such, but not by file systems in memory.
        Moves("slab, reclaimable", () => DentrySlab() - before, () =>
        {
            before = DentrySlab();
            DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-dentries-");
            undo.Add(folder.Delete);
            for (int i = 0; i < 200_000; i++)
            {
                File.Exists(Path.Combine(folder.FullName, i.ToString(CultureInfo.InvariantCulture)));
            }

            Assert.SkipWhen(DentrySlab() - before < 16 * MiB, "Not tested: the file system of the temporary folder keeps no names that are not there.");
        });
    }

    [Fact]
    public void Page_tables()
    {
        const int Tables = 16384;

        // A read of memory that was never written maps the zero page, which takes a table for each 2 MiB and no memory.
        Moves("page tables", Tables * (long)Page, () => Workload($"sparse {Tables * (long)PerHuge} read 0 {Tables} {PerHuge}"));
    }

    [Fact]
    public void Stacks_of_threads()
    {
        const int Threads = 1000;
        Moves("kernel stacks", Threads * 16 * 1024L, () =>
        {
            var stop = new ManualResetEventSlim();
            Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(stop.Wait, 128 << 10))];
            Array.ForEach(threads, thread => thread.Start());
            undo.Add(() =>
            {
                stop.Set();
                Array.ForEach(threads, thread => thread.Join());
            });
        });
    }

    [Fact]
    public void Compressed_memory_of_a_zram_device()
    {
        Ground.Require();
        const string Device = "/sys/block/zram0";
        Assert.SkipUnless(File.Exists($"{Device}/disksize") && File.ReadAllText($"{Device}/disksize").Trim() == "0" && File.Exists("/dev/zram0"), "Not tested: there is no zram device that nobody uses.");

        Moves("zram", 64 * MiB, () =>
        {
            File.WriteAllText($"{Device}/disksize", "128M");
            undo.Add(() => File.WriteAllText($"{Device}/reset", "1"));
            byte[] random = new byte[MiB];
            using var file = new FileStream("/dev/zram0", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            for (int i = 0; i < 64; i++)
            {
                Random.Shared.NextBytes(random);
                file.Write(random);
            }

            file.Flush(flushToDisk: true);
        });
    }

    [Fact]
    public void Compressed_memory_of_zswap()
    {
        Ground.Require();
        const string Parameters = "/sys/module/zswap/parameters";
        Assert.SkipUnless(File.Exists($"{Parameters}/enabled") && Meminfo("Zswap") is not null, "Not tested: this kernel has no zswap.");
        using Setting enabled = Setting.Change($"{Parameters}/enabled", "Y");
        using SwapArea area = SwapArea.Activate(Ground, mebibytes: 96);
        long pages = 48 * MiB / Page;
        long before = 0;

        Moves("zswap", () => Meminfo("Zswap")!.Value - before, () =>
        {
            before = Meminfo("Zswap")!.Value;
            Workload($"anon {pages} random 0 {pages} advise pageout 0 {pages}");
            Assert.SkipWhen(Meminfo("Zswap") - before < 8 * MiB, "Not tested: zswap of this kernel does not take what it cannot compress.");
        });
    }

    [Fact]
    public void Tables_in_the_area_of_vmalloc() => Moves("vmalloc", 64 * MiB, () => Workload($"bpf-array {64 * MiB / Page}"));

    [Fact]
    public void Data_that_each_processor_has_of_its_own()
    {
        // Such as 0-3, or 0.
        int processors = int.Parse(File.ReadAllText("/sys/devices/system/cpu/possible").Trim().Split('-')[^1], CultureInfo.InvariantCulture) + 1;

        Moves("per-CPU", processors * 16 * MiB, () => Workload($"bpf-percpu {16 * MiB / Page}"));
    }

    [Fact]
    public void What_groups_hold_is_told_beside_the_parts()
    {
        using Workload workload = Ground.Start($"{Written("anon", 32 * MiB)} {Written("shared", 16 * MiB)}");
        workload.Stop();

        MachineResult result = MachineReport.Read(new MachineOptions());

        Dictionary<string, MemPart> parts = result.Parts.ToDictionary(part => part.Part);
        Assert.InRange(parts["anonymous"].InGroups!.Value, 32 * MiB, long.MaxValue);
        Assert.InRange(parts["shared memory, held"].InGroups!.Value, 16 * MiB, long.MaxValue);
        Assert.Equal(parts["shared memory, held"].Bytes, parts["shared memory, held"].InGroups);
        Assert.Null(parts["free"].InGroups);
        Assert.Contains(result.Notices, notice => notice.StartsWith("free(1) shows of these", StringComparison.Ordinal));
        Assert.Contains(result.Notices, notice => notice.StartsWith("All processes together hold", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_the_right_to_see_frames_the_counters_are_told_and_a_warning()
    {
        Ground.Require();
        Privileges.Without(Privileges.CAP_SYS_ADMIN, () =>
        {
            MachineResult result = MachineReport.Read(new MachineOptions());

            Assert.Null(result.Scan);
            Assert.Contains("The processes were not scanned", Assert.Single(result.Warnings), StringComparison.Ordinal);
            Assert.Contains(result.Parts, part => part.Part == "shared memory" && part.Source.Contains("the kernel hides frame numbers from this user", StringComparison.Ordinal));
            Assert.Equal(Total(), result.Parts.Sum(part => part.Bytes ?? 0));
        });
    }

    private static string Written(string kind, long bytes) => string.Create(CultureInfo.InvariantCulture, $"{kind} {bytes / Page} write 0 {bytes / Page} 1");

    private void Workload(string steps) => Undo(Ground.Start(steps));

    private void Undo(IDisposable staged) => undo.Add(staged.Dispose);

    private void NewFile(string folder, long bytes)
    {
        Ground.Require();
        string path = Path.Combine(folder, $"linuxmem-{Guid.NewGuid():N}");
        undo.Add(() => File.Delete(path));
        using FileStream file = File.Create(path, 0);
        byte[] content = new byte[MiB];
        for (long at = 0; at < bytes; at += content.Length)
        {
            file.Write(content);
        }
    }

    private void Moves(string part, long expected, Action stage, Action<MemPart>? check = null, bool scan = false) => Moves(part, () => expected, stage, check, scan);

    /// <summary>Takes memory and gives it back; the part is larger by that much meanwhile, the last part is not, and all add up.</summary>
    private void Moves(string part, Func<long> expected, Action stage, Action<MemPart>? check = null, bool scan = false)
    {
        Ground.Require();
        var clock = Stopwatch.StartNew();
        string seen;
        do
        {
            Dictionary<string, MemPart> before = Read(scan);
            Dictionary<string, MemPart> during;
            long wanted;
            try
            {
                stage();
                during = Read(scan);
                wanted = expected();
            }
            finally
            {
                undo.Reverse();
                undo.ForEach(one => one());
                undo.Clear();
            }

            // What ended processes had comes back a moment after they have ended.
            long tolerance = MiB + (wanted / 20);
            long came = Of(during) - Of(before), went, rest = during["other"].Bytes!.Value - before["other"].Bytes!.Value;
            var settling = Stopwatch.StartNew();
            do
            {
                went = Of(during) - Of(Read(scan));
            }
            while (went < wanted - tolerance && settling.Elapsed < Settling && !Pause());

            if (Math.Abs(came - wanted) <= tolerance && went >= wanted - tolerance && Math.Abs(rest) <= wanted / 4)
            {
                check?.Invoke(during[part]);
                return;
            }

            seen = string.Create(CultureInfo.InvariantCulture, $"'{part}' came by {came} and went by {went} of {wanted} bytes, 'other' moved by {rest}");
        }
        while (clock.Elapsed < Deadline);
        Assert.Fail(seen);

        long Of(Dictionary<string, MemPart> parts) => parts[part].Bytes ?? 0;
    }

    private static bool Pause()
    {
        Thread.Sleep(50);
        return false;
    }

    private static Dictionary<string, MemPart> Read(bool scan)
    {
        MachineResult result = MachineReport.Read(new MachineOptions { SkipScan = !scan });
        Assert.Equal(Total(), result.Parts.Sum(part => part.Bytes ?? 0));
        return result.Parts.ToDictionary(part => part.Part);
    }

    private static long Total() => Meminfo("MemTotal")!.Value;

    private static long? Meminfo(string name) =>
        File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.Ordinal)) is string line
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024
            : null;

    /// <summary>Bytes of the slab of dentries: its slabs times their pages.</summary>
    private static long DentrySlab()
    {
        string[] words = File.ReadLines("/proc/slabinfo").First(line => line.StartsWith("dentry ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[14], CultureInfo.InvariantCulture) * long.Parse(words[5], CultureInfo.InvariantCulture) * Page;
    }
}
