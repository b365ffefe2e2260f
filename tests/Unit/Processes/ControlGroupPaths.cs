namespace LinuxMem.Unit.Processes;

/// <summary>A path of a control group as somebody has seen one, and what it says.</summary>
/// <param name="Source">Where the form is documented or reported. Ids and names of people are changed.</param>
/// <param name="Path">The path in <c>/proc/PID/cgroup</c>.</param>
/// <param name="Key">The part that tells the unit, container, pod or job apart from all others.</param>
/// <param name="Name">What is shown for it.</param>
public sealed record ControlGroupCase(string Source, string Path, string Key, string Name)
{
    public string? Unit { get; init; }

    public string? Container { get; init; }

    public string? Pod { get; init; }

    public override string ToString() => $"{Path} ({Source})";
}

/// <summary>Real paths of control groups, with their sources.</summary>
internal static class ControlGroupPaths
{
    private const string Id = "3f4e8c1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6";
    private const string Other = "d6701ec289c56e4391acb11d07474b3139466857a305490575508a8b7a9fcf22";
    private const string Uid = "0a1b2c3d-1111-2222-3333-444455556666";
    private const string UidInSlice = "0a1b2c3d_1111_2222_3333_444455556666";
    private const string StaticUid = "89f4f2cb511c3b0b7e5272cff5ec37bf";
    private const string Manager = "/user.slice/user-1000.slice/user@1000.service";

    public static readonly ControlGroupCase[] All =
    [
        .. Systemd(), .. Docker(), .. Podman(), .. Containerd(), .. Kubernetes(), .. Machines(), .. Jobs(), .. Desktop(), .. Unknown(),
    ];

    private static IEnumerable<ControlGroupCase> Systemd()
    {
        yield return Whole("systemd.special(7)", "/init.scope", "init.scope", unit: true);
        yield return Whole("systemd.special(7)", "/system.slice/sshd.service", "sshd.service", unit: true);
        yield return Whole("systemd.slice(5)", "/system.slice/system-postgresql.slice/postgresql@15-main.service", "postgresql@15-main.service", unit: true);
        yield return Whole("systemd-escape(1)", "/system.slice/dev-disk\\x2dby.mount", "dev-disk-by.mount", unit: true);
        yield return Whole("pam_systemd(8)", "/user.slice/user-1000.slice/session-3.scope", "session-3.scope", unit: true);
        yield return Whole("user@.service(5)", $"{Manager}/init.scope", "init.scope", unit: true);
        yield return Whole("user@.service(5)", $"{Manager}/session.slice/dbus.service", "dbus.service", unit: true);
        yield return Whole("systemd.special(7)", $"{Manager}/app.slice/app-org.gnome.Terminal.slice/vte-spawn-f22f14d2-3d44-4304-9879-3fdd0df7b08e.scope", "vte-spawn-f22f14d2-3d44-4304-9879-3fdd0df7b08e.scope", unit: true);
        yield return Whole("user@.service(5)", Manager, "user@1000.service", unit: true);
        yield return Whole("systemd.slice(5)", $"{Manager}/app.slice", "app.slice", unitName: "user@1000.service");
        yield return Whole("systemd.slice(5)", "/user.slice/user-1000.slice", "user-1000.slice");
        yield return Part("systemd.exec(5), DelegateSubgroup= of systemd-udevd.service", "/system.slice/systemd-udevd.service", "/udev", "systemd-udevd.service", unit: true);
        yield return Part("systemd.service(5), ExecStartPost= of a delegated unit", "/system.slice/lxcfs.service", "/.control", "lxcfs.service", unit: true);
        yield return new("cgroup_namespaces(7): seen from another namespace", "/../../system.slice/cron.service", "/../../system.slice/cron.service", "cron.service") { Unit = "cron.service" };
    }

    private static IEnumerable<ControlGroupCase> Docker()
    {
        yield return Held("docs.docker.com, runmetrics: cgroupfs driver", $"/docker/{Id}", "docker:3f4e8c1a2b3c");
        yield return Held("docs.docker.com, runmetrics: systemd driver", $"/system.slice/docker-{Id}.scope", "docker:3f4e8c1a2b3c");
        yield return Held("systemd in a container of Docker", $"/system.slice/docker-{Id}.scope", "docker:3f4e8c1a2b3c", below: "/init.scope", unitInside: "init.scope");
        yield return Held("docs.docker.com, rootless mode", $"{Manager}/user.slice/docker-{Id}.scope", "docker:3f4e8c1a2b3c");
        yield return Held("moby/moby: dockerd within its own group", $"/system.slice/docker.service/docker/{Id}", "docker:3f4e8c1a2b3c");
        yield return Held("AWS ECS: cgroup of a task's container", $"/ecs/55091c13-b8cf-4801-b527-f4601742204d/{Id}", "docker:3f4e8c1a2b3c");
        yield return Held("AWS Fargate 1.4", "/ecs/34dc0b5e626f2c5c4c5170e34b10e765/34dc0b5e626f2c5c4c5170e34b10e765-1234567890", "ecs:34dc0b5e626f");
        yield return Held("HashiCorp Nomad: driver docker", $"/nomad.slice/docker-{Id}.scope", "docker:3f4e8c1a2b3c");
    }

    private static IEnumerable<ControlGroupCase> Podman()
    {
        yield return Held("podman-run(1), systemd, crun", $"/machine.slice/libpod-{Id}.scope", "podman:3f4e8c1a2b3c", below: "/container");
        yield return Whole("podman-run(1), systemd", $"/machine.slice/libpod-conmon-{Id}.scope", "podman:3f4e8c1a2b3c (conmon)");
        yield return Held("podman --cgroup-manager cgroupfs, seen", $"/libpod_parent/libpod-{Id}", "podman:3f4e8c1a2b3c");
        yield return Whole("podman --cgroup-manager cgroupfs, seen", "/libpod_parent/conmon", "/libpod_parent/conmon");
        yield return Held("containers/podman: rootless, systemd", $"{Manager}/user.slice/libpod-{Id}.scope", "podman:3f4e8c1a2b3c", below: "/container");
        yield return Whole("podman issue 20910", "/user.slice/user-10000.slice/user@10000.service/user.slice/podman-239302.scope", "podman-239302.scope", unit: true);
        yield return Held("podman pod inspect", $"/machine.slice/machine-libpod_pod_{Other}.slice/libpod-{Id}.scope", "pod:d6701ec289c5/podman:3f4e8c1a2b3c", container: "podman:3f4e8c1a2b3c", pod: "d6701ec289c5");
        yield return Held("podman issue 6400: rootless pod", $"{Manager}/user.slice/user-libpod_pod_{Other}.slice/libpod-{Id}.scope", "pod:d6701ec289c5/podman:3f4e8c1a2b3c", below: "/container", container: "podman:3f4e8c1a2b3c", pod: "d6701ec289c5");
        yield return Held("podman-systemd.unit(5): --cgroups=split", $"/system.slice/nginx.service/libpod-payload-{Id}", "podman:3f4e8c1a2b3c", unitInside: "nginx.service");
        yield return Part("podman-systemd.unit(5): conmon beside it", "/system.slice/nginx.service", "/runtime", "nginx.service", unit: true);
    }

    private static IEnumerable<ControlGroupCase> Containerd()
    {
        yield return Held("ctr run: namespace default", $"/default/{Id}", "containerd:3f4e8c1a2b3c");
        yield return Held("nerdctl, systemd", $"/system.slice/nerdctl-{Id}.scope", "containerd:3f4e8c1a2b3c");
        yield return Held("containerd/cri issue 290", $"/system.slice/system-getty.slice/cri-containerd-{Id}.scope", "containerd:3f4e8c1a2b3c");
    }

    private static IEnumerable<ControlGroupCase> Kubernetes()
    {
        string pod = $"pod:{Uid}";
        yield return InPod("kubernetes.io, cgroupfs, version 1", $"/kubepods/besteffort/pod{Uid}/{Id}", "container");
        yield return InPod("kubernetes.io, cgroupfs, guaranteed", $"/kubepods/pod{Uid}/{Id}", "container");
        yield return InPod("kubernetes.io, systemd, containerd", $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UidInSlice}.slice/cri-containerd-{Id}.scope", "containerd");
        yield return InPod("kubernetes/kubernetes issue 95488: docker", $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UidInSlice}.slice/docker-{Id}.scope", "docker");
        yield return InPod("opencontainers/runc issue 4620: CRI-O", $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UidInSlice}.slice/crio-{Id}.scope", "cri-o");
        yield return InPod("cri-o, cgroupfs", $"/kubepods/burstable/pod{Uid}/crio-{Id}", "cri-o");
        yield return new(
            "cri-o: monitor in the pod's group",
            $"/kubepods.slice/kubepods-pod{UidInSlice}.slice/crio-conmon-{Id}.scope",
            $"/kubepods.slice/kubepods-pod{UidInSlice}.slice/crio-conmon-{Id}.scope",
            $"{pod}/cri-o:3f4e8c1a2b3c (conmon)") { Pod = Uid };
        yield return Whole("kubernetes.io, systemd: the pod's own", $"/kubepods.slice/kubepods-pod{UidInSlice}.slice", pod) with { Pod = Uid };
        yield return InPod("kubernetes/kubernetes issue 106514: runc's form, taken for a name", $"/system.slice/containerd.service/kubepods-burstable-pod{UidInSlice}.slice:cri-containerd:{Id}", "containerd");
        yield return InPod("the same, in another slice", $"/kuberuntime.slice/containerd.service/kubepods-besteffort-pod{UidInSlice}.slice:cri-containerd:{Id}", "containerd");
        yield return InPod("the same, of other controllers", $"/kubepods-pod{UidInSlice}.slice:cri-containerd:{Id}", "containerd");
        yield return InPod("containerd/nri pull 227: kind", $"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod{UidInSlice}.slice/cri-containerd-{Id}.scope", "containerd");
        yield return InPod("kind, seen from its host", $"/docker/{Other}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod{UidInSlice}.slice/cri-containerd-{Id}.scope", "containerd");
        yield return InPod("kubernetes/minikube issue 11280", $"/docker/{Other}/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{UidInSlice}.slice/crio-{Id}.scope", "cri-o");
        yield return Held("kind, seen from its host: the node", $"/docker/{Other}", "docker:d6701ec289c5", below: "/kubelet.slice/kubelet.service", unitInside: "kubelet.service");
        yield return InPod("kubernetes/kubernetes issue 36807: drivers at odds", $"/BestEffort.slice/BestEffort-pod{UidInSlice}.slice/{Id}", "container");
        yield return InPod("containerd issue 4857: static pod", $"/kubepods/burstable/pod{StaticUid}/{Id}", "container", StaticUid);
    }

    private static IEnumerable<ControlGroupCase> Machines()
    {
        yield return Held("lxc.container.conf(5), version 1", "/lxc/web1", "lxc:web1", below: "/init.scope", unitInside: "init.scope");
        yield return Held("lxc/lxc issue 2782", "/lxc.payload/web1", "lxc:web1", below: "/system.slice/nginx.service", unitInside: "nginx.service");
        yield return Held("lxc.container.conf(5), version 2", "/lxc.payload.web1", "lxc:web1", below: "/system.slice/nginx.service", unitInside: "nginx.service");
        yield return Held("canonical/lxd: project", "/lxc.payload.shop_web1", "lxc:shop_web1");
        yield return Held("lxc: unprivileged", $"{Manager}/user.slice/lxc-7.scope/lxc.payload.web1", "lxc:web1", below: "/init.scope", unitInside: "init.scope");
        yield return Whole("lxc/lxc issue 4384", "/lxc.monitor.node-ct", "lxc:node-ct (monitor)");
        yield return Whole("lxc/lxc issue 2782", "/lxc.monitor/web1", "lxc:web1 (monitor)");
        yield return new("Docker in LXC", $"/lxc.payload.web1/docker/{Id}", $"/lxc.payload.web1/docker/{Id}", "docker:3f4e8c1a2b3c") { Container = "docker:3f4e8c1a2b3c" };
        yield return Whole("systemd-nspawn(1)", "/machine.slice/systemd-nspawn@web1.service/payload/system.slice/nginx.service", "nginx.service", unit: true) with { Container = "machine:web1" };
        yield return Whole("systemd-nspawn(1)", "/machine.slice/systemd-nspawn@web1.service/payload/init.scope", "init.scope", unit: true) with { Container = "machine:web1" };
        yield return Part("systemd-nspawn(1)", "/machine.slice/systemd-nspawn@web1.service", "/supervisor", "systemd-nspawn@web1.service", unit: true);
        yield return Whole("systemd issue 18104", "/machine.slice/machine-web\\x2d1.scope/payload/system.slice/nginx.service", "nginx.service", unit: true) with { Container = "machine:web-1" };
        yield return Whole("systemd issue 5490: before payload", "/machine.slice/machine-web1.scope/system.slice/nginx.service", "nginx.service", unit: true) with { Container = "machine:web1" };
        yield return Part("libvirt.org, cgroups", "/machine.slice/machine-qemu\\x2d3\\x2dfedora.scope", "/libvirt/emulator", "machine-qemu-3-fedora.scope", unit: true);
        yield return Whole("Proxmox VE", "/qemu.slice/101.scope", "101.scope", unit: true);
    }

    private static IEnumerable<ControlGroupCase> Jobs()
    {
        yield return Part("slurm.schedmd.com, cgroup_v2", "/system.slice/slurmstepd.scope/job_4749", "/step_0/user/task_0", "slurm:4749", unitName: "slurmstepd.scope");
        yield return Part("slurm.schedmd.com, cgroup_v2", "/system.slice/slurmstepd.scope/job_4750", "/step_batch/user/task_special", "slurm:4750", unitName: "slurmstepd.scope");
        yield return Part("NVIDIA/enroot issue 169: several slurmd", "/system.slice/slurm-worker-1_slurmstepd.scope/job_4749", "/step_0/user/task_0", "slurm:4749", unitName: "slurm-worker-1_slurmstepd.scope");
        yield return Part("slurm.schedmd.com, cgroup_v2: SLUID", "/system.slice/slurmstepd.scope/s5K1KKYAYG5D00", "/step_0/user/task_0", "slurm:s5K1KKYAYG5D00", unitName: "slurmstepd.scope");
        yield return Part("slurm.schedmd.com, cgroup_v2", "/system.slice/slurmstepd.scope", "/system", "slurmstepd.scope", unit: true);
        yield return Part("slurm.schedmd.com, cgroups, version 1", "/slurm/uid_1000/job_12", "/step_batch/task_0", "slurm:12");
        yield return Part("plazonic/cgroup_exporter pull 5", "/slurm_node1/uid_1000/job_12", "/step_0/task_0", "slurm:12");
        yield return Part("htcondor.readthedocs.io, cgroup-based process tracking", "/htcondor/condor_var_lib_condor_execute_slot1", "", "htcondor:slot1");
        yield return Part("htcondor.readthedocs.io, partitionable slots", "/system.slice/condor.service/htcondor/condor_var_lib_condor_execute_slot1_3@node7", "", "htcondor:slot1_3@node7", unitName: "condor.service");
        yield return Whole("hashicorp/nomad: driver exec", "/nomad.slice/share.slice/4744f0ea-7616-ab3a-a420-8e25056e3861.envtask.scope", "4744f0ea-7616-ab3a-a420-8e25056e3861.envtask.scope", unit: true);
    }

    private static IEnumerable<ControlGroupCase> Desktop()
    {
        yield return Whole("flatpak issue 4869", $"{Manager}/app.slice/app-flatpak-org.mozilla.firefox-4711.scope", "app-flatpak-org.mozilla.firefox-4711.scope", unit: true);
        yield return Whole("snapcraft.io", $"{Manager}/app.slice/snap.firefox.firefox-3dcfaa86-bf58-4d3e-a7c6-4e34dfdb050f.scope", "snap.firefox.firefox-3dcfaa86-bf58-4d3e-a7c6-4e34dfdb050f.scope", unit: true);
        yield return Whole("snapcraft.io", "/system.slice/snap.lxd.daemon.service", "snap.lxd.daemon.service", unit: true);
    }

    /// <summary>The path, never the unit around it.</summary>
    private static IEnumerable<ControlGroupCase> Unknown()
    {
        yield return Whole("cgroups(7)", "/", "/");
        yield return Whole("cgroups(7)", "/mygroup/a b", "/mygroup/a b");
        yield return Whole("a unit that divides its group", "/system.slice/garden.service/garden/web-7", "/system.slice/garden.service/garden/web-7", unitName: "garden.service");
        yield return Whole("Kata containers: sandbox", $"/kubepods/burstable/pod{Uid}/kata_overhead", $"/kubepods/burstable/pod{Uid}/kata_overhead") with { Pod = Uid };
        yield return Whole("a folder that looks like a unit", "/mygroup/nginx.service", "/mygroup/nginx.service");
        yield return Whole("the same under a user's manager", $"{Manager}/app.slice/x/nginx.service", $"{Manager}/app.slice/x/nginx.service", unitName: "user@1000.service");
        yield return Whole("deeper than any system makes", string.Concat(Enumerable.Repeat("/a.slice", 65)), string.Concat(Enumerable.Repeat("/a.slice", 65)));
        yield return Whole("a cut id", "/docker/3f4e8c1a2b3c", "/docker/3f4e8c1a2b3c");
    }

    private static ControlGroupCase Whole(string source, string path, string name, bool unit = false, string? unitName = null) =>
        new(source, path, path, name) { Unit = unit ? name : unitName };

    private static ControlGroupCase Part(string source, string key, string below, string name, bool unit = false, string? unitName = null) =>
        new(source, key + below, key, name) { Unit = unit ? name : unitName };

    private static ControlGroupCase Held(string source, string key, string name, string below = "", string? unitInside = null, string? container = null, string? pod = null) =>
        new(source, key + below, key, name) { Container = container ?? name, Unit = unitInside, Pod = pod };

    private static ControlGroupCase InPod(string source, string path, string engine, string uid = Uid) =>
        new(source, path, path, $"pod:{uid}/{engine}:3f4e8c1a2b3c") { Container = $"{engine}:3f4e8c1a2b3c", Pod = uid };
}
