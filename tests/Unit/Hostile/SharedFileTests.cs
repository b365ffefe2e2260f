using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Mapped files that are no memory: nothing is asked of them.</summary>
public class SharedFileTests(StagingGround ground) : StagedTests(ground)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_FUSE_file_mapped_and_open_is_never_asked_anything()
    {
        string mount = Directory.CreateDirectory(Ground.NewName("fuse")).FullName;
        using Workload workload = Ground.StartHostile($"fuse-mapped {mount}");

        (ScanResult scan, SharedMemoryResult list) = await Task.Run(() => (Scan(workload, openFiles: true), SharedObjects.Read(new SharedMemoryOptions()))).WaitAsync(Bound, TestContext.Current.CancellationToken);

        Assert.Equal(1, scan.Scanned);
        MemGroup group = scan.Reports[0].Groups[0];
        Assert.Equal(group.MemRss, group.MemHeld);
        Assert.DoesNotContain(list.Objects, one => one.Pids.Contains(workload.Pid));
    }

    [Fact]
    public void A_file_of_an_overlay_over_a_tmpfs_counts_as_the_kernel_shows_it()
    {
        string root = Directory.CreateDirectory(Ground.NewName("overlay")).FullName;
        Command.Run("mount", "-t", "tmpfs", "-o", "size=16m", "linuxmem-test", root);
        try
        {
            Array.ForEach(["lower", "upper", "work", "seen"], name => Directory.CreateDirectory($"{root}/{name}"));
            Assert.SkipWhen(!Mounts(root), "Not tested: this kernel mounts no overlay over a tmpfs.");
            using Workload workload = Ground.Start($"make-file {root}/seen/held 100 file {root}/seen/held 100 write 0 70 1 unmap 0 30");
            workload.Stop();

            MemGroup group = Scan(workload, openFiles: false).Reports[0].Groups[0];

            long held = group.MemHeld!.Value - group.MemAnon!.Value - group.MemFile!.Value;
            Assert.True(held == 70L * Page || held == 0, $"{held} bytes of a file of which 70 pages are written and 40 mapped");
            Assert.Equal(group.SharedMem == 0, group.MemShared == 0);
        }
        finally
        {
            if (Directory.Exists($"{root}/seen"))
            {
                TryUnmount($"{root}/seen");
            }

            Command.Run("umount", "-l", root);
        }
    }

    private static bool Mounts(string root)
    {
        try
        {
            Command.Run("mount", "-t", "overlay", "-o", $"lowerdir={root}/lower,upperdir={root}/upper,workdir={root}/work", "linuxmem-test", $"{root}/seen");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void TryUnmount(string path)
    {
        try
        {
            Command.Run("umount", "-l", path);
        }
        catch (InvalidOperationException)
        {
            // It was not mounted.
        }
    }

    private static ScanResult Scan(Workload workload, bool openFiles)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { IncludeOpenFiles = openFiles });
        return scan.Run([.. scan.Table.Processes.Where(process => workload.Pids.Contains(process.Id))], [new WholeSplit()]);
    }
}
