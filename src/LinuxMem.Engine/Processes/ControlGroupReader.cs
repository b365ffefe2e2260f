using System.Text.RegularExpressions;

namespace LinuxMem.Engine.Processes;

/// <summary>Reads the path of a control group, part by part.</summary>
/// <remarks>
/// Knows the paths of systemd (systemd.slice(5)), of Docker, Podman, containerd and CRI-O with the systemd driver
/// (<c>docker-ID.scope</c>) and without (<c>/docker/ID</c>), of Kubernetes with both, also inside the containers of kind and
/// minikube, of LXC, systemd-nspawn, Slurm and HTCondor. The test cases (ControlGroupPaths) name their sources.
/// </remarks>
internal sealed partial class ControlGroupReader
{
    /// <summary>The engine of containers of LXC, LXD and Incus.</summary>
    public const string Lxc = "lxc";

    /// <summary>The engine of containers that systemd-machined knows.</summary>
    public const string Machine = "machine";

    /// <summary>Paths of more parts than any system makes are of no known form.</summary>
    private const int MaxParts = 64;

    private readonly string path;
    private string? user;

    /// <summary>True where systemd, or one in a container or of a user, makes the next parts: slices and units.</summary>
    private bool isSystemd = true;

    public ControlGroupReader(string path)
    {
        this.path = path;
        Key = path;
        OwnName = path;
        if (path.AsSpan().Count('/') > MaxParts)
        {
            return;
        }

        int start = 0;
        string previous = string.Empty;
        while (start < path.Length)
        {
            int slash = path.IndexOf('/', start);
            int end = slash < 0 ? path.Length : slash;
            if (end > start)
            {
                string part = path[start..end];
                Take(part, previous, end);
                previous = part;
            }

            start = end + 1;
        }

        if (Form == ControlGroupForm.Unknown)
        {
            Key = path;
            OwnName = path;
        }
    }

    /// <summary>The path up to what is known.</summary>
    public string Key { get; private set; }

    /// <summary>What the known part ends with.</summary>
    public ControlGroupForm Form { get; private set; }

    /// <summary>The name of the unit, slice, job or monitor; the path where nothing is known.</summary>
    public string OwnName { get; private set; }

    public (string Key, string Name)? Unit { get; private set; }

    public ControlGroupContainer? Container { get; private set; }

    public (string Key, string Uid)? Pod { get; private set; }

    /// <summary>True below what is handed on to a user other than root.</summary>
    public bool IsBelowUser => user is not (null or "0");

    /// <summary>Whose the thing of that key is: of the system, of a user, or in what container.</summary>
    public string PlaceOf(string key)
    {
        string? around = Container is not null && key.StartsWith(Container.Key + "/", StringComparison.Ordinal) ? $"{Container.Engine} {Container.ShortId}" : null;
        return user is null ? around ?? "system" : around is null ? $"user {user}" : $"user {user}, {around}";
    }

    private void Take(string part, string previous, int end)
    {
        if (TakeContainer(part, previous, end) || TakePod(part, end) || TakeMachine(part, previous, end))
        {
            return;
        }

        if (part == ".." && Form == ControlGroupForm.Unknown)
        {
            // Above the root of the reader's namespace (cgroup_namespaces(7)).
            return;
        }

        if (TakeJob(part, previous, end) || (isSystemd && TakeSystemd(part, end)) || IsKnownBelow(part))
        {
            return;
        }

        isSystemd = false;
        if (Form is not (ControlGroupForm.Container or ControlGroupForm.Job))
        {
            Form = ControlGroupForm.Unknown;
        }
    }

    private bool TakeContainer(string part, string previous, int end)
    {
        Match scoped = ScopedContainer().Match(part);
        if (scoped.Success)
        {
            if (scoped.Groups["slice"] is { Success: true } slice)
            {
                // runc's "slice:prefix:name" for systemd, taken for a name by one that makes folders.
                TakePod(slice.Value, end - part.Length + slice.Length);
            }

            string engine = Engine(scoped.Groups["engine"].Value);
            string id = scoped.Groups["id"].Value;
            if (scoped.Groups["conmon"].Success)
            {
                Set(ControlGroupForm.Monitor, end, $"{engine}:{new ControlGroupContainer(string.Empty, engine, id).ShortId} (conmon)");
                Unit = null;
                return true;
            }

            // The unit of a container that is a part of it (podman run --cgroups=split) stays its unit.
            Set(engine, id, end, keepsUnit: scoped.Groups["engine"].Value == "libpod-payload");
            return true;
        }

        if (previous == "libpod_parent" && ContainerId().IsMatch(part))
        {
            SetPod(part[..12], end);
            return true;
        }

        if (ContainerId().IsMatch(part))
        {
            Set(PlainEngine(previous), part, end);
            return true;
        }

        if (TaskId().IsMatch(part))
        {
            Set("ecs", part, end);
            return true;
        }

        return TakeLxc(part, previous, end);
    }

    private bool TakeLxc(string part, string previous, int end)
    {
        string? payload = After(part, "lxc.payload.") ?? (previous is "lxc" or "lxc.payload" ? part : null);
        if (payload is not null)
        {
            Set(Lxc, payload, end);
            return true;
        }

        if ((After(part, "lxc.monitor.") ?? (previous == "lxc.monitor" ? part : null)) is string watched)
        {
            Set(ControlGroupForm.Monitor, end, $"{Lxc}:{watched} (monitor)");
            Unit = null;
            return true;
        }

        return false;
    }

    private bool TakePod(string part, int end)
    {
        if (PodOfKubernetes().Match(part) is { Success: true } pod)
        {
            SetPod(pod.Groups["uid"].Value.Replace('_', '-'), end);
            isSystemd = part.EndsWith(".slice", StringComparison.Ordinal);
            return true;
        }

        if (PodOfPodman().Match(part) is { Success: true } own)
        {
            SetPod(own.Groups["id"].Value[..12], end);
            return true;
        }

        return false;
    }

    /// <summary>Containers that systemd-machined knows: what is in them are units, each for itself.</summary>
    private bool TakeMachine(string part, string previous, int end)
    {
        if (part == "payload" && Form == ControlGroupForm.Unit && Unit is (string key, string unit) && Nspawn().Match(unit) is { Success: true } match)
        {
            // Until more follows, the process belongs to the unit.
            SetMachine(match.Groups["name"].Value, key);
            return true;
        }

        if (isSystemd && previous == "machine.slice" && MachineScope().Match(part) is { Success: true } scope)
        {
            string name = SystemdName.Unescape(scope.Groups["name"].Value);
            SetUnit(part, end);
            if (!name.StartsWith("qemu-", StringComparison.Ordinal))
            {
                SetMachine(name, path[..end]);
            }

            return true;
        }

        return false;
    }

    private bool TakeJob(string part, string previous, int end)
    {
        if (Form == ControlGroupForm.Job || Form == ControlGroupForm.Container)
        {
            return false;
        }

        if (Unit is (_, string unit) && Form == ControlGroupForm.Unit && (unit == "slurmstepd.scope" || unit.EndsWith("_slurmstepd.scope", StringComparison.Ordinal)))
        {
            if (SlurmJob().Match(part) is { Success: true } job)
            {
                SetJob($"slurm:{job.Groups["id"].Value}", end);
                return true;
            }

            return part == "system";
        }

        if (SlurmUser().Match(part) is { Success: true } own && SlurmRoot().IsMatch(previous))
        {
            user = own.Groups["uid"].Value;
            return true;
        }

        if (SlurmUser().IsMatch(previous) && SlurmJob().Match(part) is { Success: true } older)
        {
            SetJob($"slurm:{older.Groups["id"].Value}", end);
            return true;
        }

        if (previous == "htcondor" && part.StartsWith("condor_", StringComparison.Ordinal))
        {
            SetJob($"htcondor:{(CondorSlot().Match(part) is { Success: true } slot ? slot.Groups["slot"].Value : part)}", end);
            return true;
        }

        return false;
    }

    private bool TakeSystemd(string part, int end)
    {
        if (part.EndsWith(".slice", StringComparison.Ordinal))
        {
            if (Form != ControlGroupForm.Container)
            {
                user = UserSlice().Match(part) is { Success: true } match ? match.Groups["uid"].Value : user;
                Set(ControlGroupForm.Slice, end, SystemdName.Unescape(part));
            }

            return true;
        }

        if (!UnitName().IsMatch(part))
        {
            return false;
        }

        SetUnit(part, end);
        if (UserManager().Match(part) is { Success: true } manager)
        {
            user = Form == ControlGroupForm.Container ? user : manager.Groups["uid"].Value;
            isSystemd = true;
        }

        return true;
    }

    /// <summary>Parts that systemd and the engines themselves make below a unit, for a share of its processes.</summary>
    private bool IsKnownBelow(string part) =>
        Form == ControlGroupForm.Unit && Unit is (_, string unit)
        && (part is ".control" or "supervisor" or "runtime" or "libvirt"
            || (part == "udev" && unit == "systemd-udevd.service")
            || (unit.StartsWith("machine-qemu", StringComparison.Ordinal) && (part is "emulator" || part.StartsWith("vcpu", StringComparison.Ordinal) || part.StartsWith("iothread", StringComparison.Ordinal))));

    private void SetUnit(string part, int end)
    {
        string name = SystemdName.Unescape(part);
        Unit = (path[..end], name);
        isSystemd = false;
        if (Form != ControlGroupForm.Container)
        {
            Set(ControlGroupForm.Unit, end, name);
        }
    }

    private void SetMachine(string name, string key)
    {
        Container = new ControlGroupContainer(key, Machine, name);
        user = null;
        isSystemd = true;
    }

    private void SetPod(string uid, int end)
    {
        Pod = (path[..end], uid);
        Unit = null;
        Set(ControlGroupForm.Pod, end, uid);
    }

    private void SetJob(string name, int end) => Set(ControlGroupForm.Job, end, name);

    private void Set(string engine, string id, int end, bool keepsUnit = false)
    {
        Container = new ControlGroupContainer(path[..end], engine, id);
        Unit = keepsUnit ? Unit : null;
        isSystemd = true;
        Set(ControlGroupForm.Container, end, id);
    }

    private void Set(ControlGroupForm form, int end, string name)
    {
        Form = form;
        Key = path[..end];
        OwnName = name;
    }

    private static string Engine(string prefix) => prefix switch
    {
        "libpod" or "libpod-payload" => "podman",
        "cri-containerd" or "nerdctl" => "containerd",
        "crio" => "cri-o",
        _ => prefix,
    };

    private static string PlainEngine(string previous) => previous switch
    {
        "docker" => "docker",
        "default" or "k8s.io" => "containerd",
        _ when ElasticTask().IsMatch(previous) => "docker",
        _ => "container",
    };

    private static string? After(string part, string prefix) =>
        part.Length > prefix.Length && part.StartsWith(prefix, StringComparison.Ordinal) ? part[prefix.Length..] : null;

    [GeneratedRegex("^(?:(?<slice>[^:]+\\.slice):)?(?<engine>docker|libpod-payload|libpod|crio|cri-containerd|containerd|nerdctl)(?:-(?<conmon>conmon))?[-:](?<id>[0-9a-f]{64})(?:\\.scope)?$", RegexOptions.CultureInvariant)]
    private static partial Regex ScopedContainer();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerId();

    /// <summary>A container of a task of AWS Fargate.</summary>
    [GeneratedRegex("^[0-9a-f]{32}-[0-9]{1,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex TaskId();

    /// <summary>A task of AWS ECS.</summary>
    [GeneratedRegex("^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", RegexOptions.CultureInvariant)]
    private static partial Regex ElasticTask();

    [GeneratedRegex("^(?:(?:[a-z]+-)*kubepods(?:-besteffort|-burstable)?-|(?:BestEffort|Burstable)-)?pod(?<uid>[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\\.slice)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PodOfKubernetes();

    [GeneratedRegex("^(?:[a-z]+-)*libpod_pod_(?<id>[0-9a-f]{64})(?:\\.slice)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PodOfPodman();

    [GeneratedRegex("^systemd-nspawn@(?<name>.+)\\.service$|^machine-(?<name>.+)\\.scope$", RegexOptions.CultureInvariant)]
    private static partial Regex Nspawn();

    [GeneratedRegex("^machine-(?<name>.+)\\.scope$", RegexOptions.CultureInvariant)]
    private static partial Regex MachineScope();

    [GeneratedRegex("^.+\\.(?:service|scope|mount|socket|swap)$", RegexOptions.CultureInvariant)]
    private static partial Regex UnitName();

    [GeneratedRegex("^user-(?<uid>[0-9]{1,10})\\.slice$", RegexOptions.CultureInvariant)]
    private static partial Regex UserSlice();

    [GeneratedRegex("^user@(?<uid>[0-9]{1,10})\\.service$", RegexOptions.CultureInvariant)]
    private static partial Regex UserManager();

    [GeneratedRegex("^slurm(?:_.+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex SlurmRoot();

    [GeneratedRegex("^uid_(?<uid>[0-9]{1,10})$", RegexOptions.CultureInvariant)]
    private static partial Regex SlurmUser();

    [GeneratedRegex("^(?:job_(?<id>[0-9]{1,20})|(?<id>s[0-9A-Z]{13}))$", RegexOptions.CultureInvariant)]
    private static partial Regex SlurmJob();

    [GeneratedRegex("_(?<slot>slot[0-9]+(?:_[0-9]+)?(?:@.+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex CondorSlot();
}
