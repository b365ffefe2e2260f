namespace LinuxMem.Engine.Processes;

/// <summary>Reads the path of a control group, part by part: what a part means depends on what stood before it.</summary>
/// <remarks>
/// What a part by itself tells is known by <see cref="SystemdName"/> (systemd.slice(5), systemd-nspawn), <see cref="ContainerPart"/>,
/// <see cref="PodPart"/> and <see cref="BatchJobPart"/>. The test cases (ControlGroupPaths) name their sources.
/// </remarks>
internal sealed class ControlGroupReader
{
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
        if (TakeContainer(part, previous, end) || TakePod(part, previous, end) || TakeMachine(part, previous, end))
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
        if (ContainerPart.Of(part, previous) is not ContainerPart found)
        {
            return false;
        }

        if (found.Slice is string slice)
        {
            TakePod(slice, string.Empty, end - part.Length + slice.Length);
        }

        if (found.Monitor is string monitor)
        {
            Set(ControlGroupForm.Monitor, end, monitor);
            Unit = null;
            return true;
        }

        Container = new ControlGroupContainer(path[..end], found.Engine, found.Id);
        Unit = found.KeepsUnit ? Unit : null;
        isSystemd = true;
        Set(ControlGroupForm.Container, end, found.Id);
        return true;
    }

    private bool TakePod(string part, string previous, int end)
    {
        if (PodPart.OfKubernetes(part) is string uid)
        {
            SetPod(uid, end);
            isSystemd = part.EndsWith(".slice", StringComparison.Ordinal);
            return true;
        }

        if (PodPart.OfPodman(part, previous) is string id)
        {
            SetPod(id, end);
            return true;
        }

        return false;
    }

    /// <summary>Containers that systemd-machined knows: what is in them are units, each for itself.</summary>
    private bool TakeMachine(string part, string previous, int end)
    {
        if (part == "payload" && Form == ControlGroupForm.Unit && Unit is (string key, string unit) && SystemdName.MachineOfUnit(unit) is string container)
        {
            // Until more follows, the process belongs to the unit.
            SetMachine(container, key);
            return true;
        }

        if (isSystemd && previous == "machine.slice" && SystemdName.MachineOfScope(part) is string escaped)
        {
            string name = SystemdName.Unescape(escaped);
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

        if (Unit is (_, string unit) && Form == ControlGroupForm.Unit && BatchJobPart.IsSlurmStep(unit))
        {
            return TrySetJob(BatchJobPart.OfSlurm(part), end) || part == "system";
        }

        if (BatchJobPart.UserOfSlurm(part, previous) is string uid)
        {
            user = uid;
            return true;
        }

        return TrySetJob(BatchJobPart.OfOlderSlurm(part, previous) ?? BatchJobPart.OfCondor(part, previous), end);
    }

    private bool TakeSystemd(string part, int end)
    {
        if (part.EndsWith(".slice", StringComparison.Ordinal))
        {
            if (Form != ControlGroupForm.Container)
            {
                user = SystemdName.UserOfSlice(part) ?? user;
                Set(ControlGroupForm.Slice, end, SystemdName.Unescape(part));
            }

            return true;
        }

        if (!SystemdName.IsUnit(part))
        {
            return false;
        }

        SetUnit(part, end);
        if (SystemdName.UserOfManager(part) is string manager)
        {
            user = Form == ControlGroupForm.Container ? user : manager;
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
        Container = new ControlGroupContainer(key, ControlGroupContainer.Machine, name);
        user = null;
        isSystemd = true;
    }

    private void SetPod(string uid, int end)
    {
        Pod = (path[..end], uid);
        Unit = null;
        Set(ControlGroupForm.Pod, end, uid);
    }

    private bool TrySetJob(string? name, int end)
    {
        if (name is null)
        {
            return false;
        }

        Set(ControlGroupForm.Job, end, name);
        return true;
    }

    private void Set(ControlGroupForm form, int end, string name)
    {
        Form = form;
        Key = path[..end];
        OwnName = name;
    }
}
