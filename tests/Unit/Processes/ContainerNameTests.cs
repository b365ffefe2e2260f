using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Hostile;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Processes;

/// <summary>Real containers of Podman and runc go by their names.</summary>
[Beside(Company.Sessions)]
public sealed class ContainerNameTests : IDisposable
{
    private const string Uid = "0a1b2c3d-1111-2222-3333-444455556666";
    private readonly string name = $"linuxmem-test-{Environment.ProcessId}";
    private readonly List<string> containers = [];
    private readonly List<string> around = [];
    private bool hasImage;

    public void Dispose()
    {
        if (hasImage)
        {
            Podman.Run(["rm", "--force", "--time", "0", "--ignore", .. containers]);
            Podman.Run("rmi", "--force", name);
        }

        // Podman makes the group around its own, and does not remove it.
        foreach (string folder in around)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another's by now, or not made.
            }
        }
    }

    [Fact]
    public void Containers_of_Podman_go_by_their_names()
    {
        MakeImage();
        (string id, int pid) = Start("web", "--cgroup-parent", "/linuxmem-test");
        (_, int other) = Start("other");

        using (Machine machine = Machine.Open())
        {
            MemProcess process = ProcessListing.List(machine).Processes.Single(process => process.Id == pid);
            Assert.Equal(($"podman:{name}-web", null, null), (process.Container, process.Pod, process.Unit));
        }

        Assert.Equal([$"podman:{name}-other", $"podman:{name}-web"], Groups(null, [pid, other], "Container"));
        Assert.Equal([$"podman:{name}-other", $"podman:{name}-web"], Groups(null, [pid, other], "Cgroup"));
        foreach (string filter in new[] { $"container({name}-web)", $"container(podman:{name}-web)", $"container({id})", $"container({id[..12]})", $"container(podman:{id[..12]})", $"cgroup(podman:{name}-web)" })
        {
            Assert.Equal([pid], Found(null, filter));
        }

        // A snapshot keeps the names; its machine is not asked again.
        string file = Path.Combine(Path.GetTempPath(), $"linuxmem-{Guid.NewGuid():N}.tar.gz");
        try
        {
            MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true, Filter = FilterParser.Parse($"or(pid({pid}),pid({other}))") });
            Dispose();
            hasImage = false;

            Assert.Equal([$"podman:{name}-other", $"podman:{name}-web"], Groups(file, [pid, other], "Container"));
            Assert.Equal([pid], Found(file, $"container({name}-web)"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_group_that_a_user_made_in_a_folder_of_his_takes_the_name_of_no_container_of_root()
    {
        MakeImage();
        string session = $"user.slice/user-1000.slice/session-{Environment.ProcessId}.scope";
        around.AddRange(
            from mount in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup")
            from path in new[] { $"{session}/conmon", session, "user.slice/user-1000.slice", "user.slice" }
            where File.Exists($"{mount}/cgroup.procs") && !Directory.Exists($"{mount}/{path}")
            select $"{mount}/{path}");
        (string id, int pid) = Start("web", "--cgroup-parent", "/" + session);
        using var given = new ControlGroupPlaces(ControlGroups.Unified());
        int forger = given.Start($"/linuxmem-given-{Environment.ProcessId}/libpod-{id}", owner: 65534);

        AssertTold(null);
        string file = Path.Combine(Path.GetTempPath(), $"linuxmem-{Guid.NewGuid():N}.tar.gz");
        try
        {
            MemSnapshot.Write(new SnapshotOptions { Path = file, SkipOracle = true, Filter = FilterParser.Parse($"or(pid({pid}),pid({forger}))") });
            AssertTold(file);
        }
        finally
        {
            File.Delete(file);
        }

        void AssertTold(string? root)
        {
            string mark = root is null ? "user 65534" : "owner not known";
            Assert.Equal([$"podman:{id[..12]} ({mark})", $"podman:{name}-web"], Groups(root, [pid, forger], "Container"));
            Assert.Equal([pid], Found(root, $"container({name}-web)"));
            Assert.Equal([pid], Found(root, $"container({id})"));
        }
    }

    [Fact]
    public void Pods_go_by_the_names_in_the_annotations_of_their_containers()
    {
        MakeImage();
        (string id, int pid) = Start(
            "redis", "--cgroup-parent", $"/kubepods/besteffort/pod{Uid}",
            "--annotation", "io.kubernetes.pod.name=cart-0", "--annotation", "io.kubernetes.pod.namespace=shop", "--annotation", "io.kubernetes.container.name=redis");

        using (Machine machine = Machine.Open())
        {
            MemProcess process = ProcessListing.List(machine).Processes.Single(process => process.Id == pid);
            Assert.Equal(("podman:redis", "shop/cart-0"), (process.Container, process.Pod));
        }

        Assert.Equal(["pod:shop/cart-0/podman:redis"], Groups(null, [pid], "Cgroup"));
        Assert.Equal(["shop/cart-0"], Groups(null, [pid], "Pod"));
        foreach (string filter in new[] { "pod(shop/cart-0)", "pod(cart-0)", $"pod({Uid})", $"container({id[..12]})", "and(pod(shop/*),container(redis))" })
        {
            // With cgroupfs, the monitor of the container is in the pod's group, too.
            Assert.Contains(pid, Found(null, filter));
        }
    }

    private static string[] Groups(string? root, int[] pids, string property)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = root });
        return [.. scan.Run([.. scan.Table.Processes.Where(process => pids.Contains(process.Id))], [new PropertySplit(property)]).Reports[0].Groups.Select(group => group.GroupName).Order(StringComparer.Ordinal)];
    }

    private static int[] Found(string? root, string filter)
    {
        using Machine machine = Machine.Open(root);
        return [.. FilterParser.Parse(filter).Matching(ProcessListing.List(machine)).Select(process => process.Id)];
    }

    /// <summary>An image of a busybox alone; skips the test where containers cannot be run.</summary>
    private void MakeImage()
    {
        Rights.RequireFrameNumbers();
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Command.Exists("podman") && Command.Exists("runc") && File.Exists("/bin/busybox"), "Not tested: needs root, podman, runc and busybox-static.");
        string folder = Directory.CreateTempSubdirectory("linuxmem-image-").FullName;
        try
        {
            Directory.CreateDirectory($"{folder}/root/bin");
            File.Copy("/bin/busybox", $"{folder}/root/bin/busybox");
            Command.Run("tar", "-C", $"{folder}/root", "-cf", $"{folder}/image.tar", ".");
            Podman.Run("import", $"{folder}/image.tar", name);
            hasImage = true;
        }
        catch (InvalidOperationException e)
        {
            throw Xunit.Sdk.SkipException.ForSkip($"Not tested: no image can be made: {e.Message}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private (string Id, int Pid) Start(string container, params string[] options)
    {
        containers.Add($"{name}-{container}");
        string id = Podman.Run(
            ["run", "--detach", "--name", $"{name}-{container}", "--network", "none", "--ulimit", "nofile=1024:4096", "--ulimit", "nproc=1000:2000", .. options, name, "/bin/busybox", "sleep", "300"]).Trim();
        return (id, int.Parse(Podman.Run("inspect", "--format", "{{.State.Pid}}", id).Trim(), System.Globalization.CultureInfo.InvariantCulture));
    }
}
