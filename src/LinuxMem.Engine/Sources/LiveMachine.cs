using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>The machine that runs here, through its procfs: <c>/proc</c>, or another view of it (<c>/host/proc</c> in a container).</summary>
internal sealed class LiveMachine : Machine
{
    private readonly LookedUpFolder place;
    private readonly Lazy<UserNames> users;
    private readonly Lazy<Origin> origin;
    private readonly ControlGroupOwners groups;

    /// <summary>Reads a procfs.</summary>
    public LiveMachine(string path, LookedUpFolder place)
        : base(path, (ulong)Environment.SystemPageSize)
    {
        this.place = place;
        var root = new MachineRoot(this);
        users = new Lazy<UserNames>(root.ReadUsers);
        DateTime opened = DateTime.Now;
        origin = new Lazy<Origin>(() => new Origin(opened, root.ReadHostName(), IsOwnProc ? null : WholePath));
        Containers = new EngineContainerNames(root.Open);
        groups = new ControlGroupOwners(this, root.Open);
    }

    /// <inheritdoc/>
    internal override bool ProcessesEnd => true;

    /// <inheritdoc/>
    internal override bool HasAllFlags => true;

    /// <inheritdoc/>
    internal override bool IsOwnProc => WholePath == DefaultPath;

    /// <inheritdoc/>
    internal override bool CanAttachSegments => true;

    /// <inheritdoc/>
    internal override string? WhyNotAsked => null;

    /// <inheritdoc/>
    internal override Origin Origin => origin.Value;

    /// <inheritdoc/>
    internal override UserNames Users => users.Value;

    /// <inheritdoc/>
    internal override ContainerNames Containers { get; }

    /// <inheritdoc/>
    internal override long? OwnerOfControlGroup(string hierarchy, string path) => groups.Of(hierarchy, path);

    /// <inheritdoc/>
    internal override Version? KernelVersion => Environment.OSVersion.Version;

    /// <inheritdoc/>
    internal override IReadOnlyList<ulong> HugetlbSizes => HugepagesFolder.Supported();

    /// <inheritdoc/>
    internal override long? HugetlbInUse => HugepagesFolder.InUse();

    /// <inheritdoc/>
    internal override CgroupTree OpenCgroups() => MountedCgroups.Find(this);

    /// <inheritdoc/>
    internal override IReadOnlyList<NodeMemory> Nodes => NodesFolder.Read("/sys");

    /// <inheritdoc/>
    internal override SysfsMemory ReadSysfs() => SysfsMemory.Read();

    /// <inheritdoc/>
    internal override ulong TransparentPageSize => HugepagesFolder.PmdSize(PageSize);

    /// <inheritdoc/>
    internal override ulong SwapAreas => BtfFile.SwapAreas(PagemapEntry.LeastSwapAreas, PagemapEntry.SwapTypes) ?? base.SwapAreas;

    /// <inheritdoc/>
    internal override ulong OwnIpcNamespace => IpcNamespace.Own;

    /// <inheritdoc/>
    public override void Dispose() => place.Dispose();

    /// <inheritdoc/>
    internal override OpenedFile Open(ReadOnlySpan<byte> name)
    {
        using LookedUpFolder.Held held = place.Hold();
        return held.Folder.Open(name);
    }

    /// <inheritdoc/>
    internal override MachineFolder OpenPlace(ReadOnlySpan<byte> name)
    {
        using LookedUpFolder.Held held = place.Hold();
        return new MachineFolder(this, held.Folder.OpenPlace(name), null);
    }

    /// <inheritdoc/>
    internal override OpenedFile OpenIn(FileDescriptor folder, ReadOnlySpan<byte> name) => folder.Open(name);

    /// <inheritdoc/>
    internal override int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        using LookedUpFolder.Held held = place.Hold();
        return held.Folder.ReadLink(name, buffer);
    }

    /// <inheritdoc/>
    internal override List<int> ProcessIds() => place.Numbers();

    /// <inheritdoc/>
    internal override List<int> ThreadIds(int pid)
    {
        Span<byte> name = stackalloc byte[32];
        using MachineFolder tasks = OpenPlace(ProcessPath(name, pid, "/task"u8));
        return tasks.IsOpen ? LookedUpFolder.NumbersIn(tasks.Place, Path) : [];
    }

    /// <inheritdoc/>
    internal override bool CanScanPagemaps() => PagemapScanSupport.IsAvailable(PageSize);

    /// <inheritdoc/>
    internal override ZeroPagePfns FindZeroPage()
    {
        ZeroPagePfns zero = ZeroPagePfns.Find(PageSize, out bool framesVisible);
        return framesVisible
            ? zero
            : throw new LinuxMemException(
                LinuxMemError.PermissionDenied,
                "The kernel hides frame numbers from this user, and without them no page can be counted once. The scan needs the capability CAP_SYS_ADMIN in the initial user namespace, and CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH for the processes of others: run it as root, for example with sudo.",
                Path);
    }

    /// <inheritdoc/>
    internal override SegmentDevices FindSegmentDevices() => SegmentDevices.OfThisKernel(PageSize, HugetlbSizes);

    /// <inheritdoc/>
    internal override StructList<SysvShmFile>? ReadSegments(ulong ipcNamespace, int pid, int thread) =>
        IpcNamespace.ReadTable(this, ipcNamespace, pid, thread) is byte[] text ? SysvShmFile.Parse(text) : null;

    /// <inheritdoc/>
    internal override MemoryDevices? FindMemoryDevices(SegmentDevices segments) => new(this, segments);

    /// <inheritdoc/>
    internal override int LookAtObject(in MachineFolder process, int pid, in ObjectLink link, out FileUsage usage, out ulong? resident)
    {
        resident = null;
        usage = default;
        int error = MarkObject(process, pid, link, out FileMark mark);
        Span<byte> path = stackalloc byte[64];
        error = error == 0 ? Statx.ReadUsage(process.Place, link.Path(path), out usage) : error;
        usage = usage with { Mark = mark };
        return error;
    }

    /// <inheritdoc/>
    internal override int MarkObject(in MachineFolder process, int pid, in ObjectLink link, out FileMark mark)
    {
        Span<byte> path = stackalloc byte[64];
        int error = FileHandle.Read(process.Place, link.Path(path), out ulong handle);
        mark = new FileMark(handle);
        if (FileHandle.IsUnsupported(error))
        {
            error = Statx.ReadUsage(process.Place, link.Path(path), out FileUsage usage);
            mark = new FileMark(0, link.IsSegment ? usage.Made : 0, usage.Uid);
        }

        return error;
    }

    /// <inheritdoc/>
    internal override int CountResident(in MachineFolder process, in ObjectLink link, in FileUsage usage, ResidenceMethod method, out ulong resident) =>
        ResidentPages.Count(process.Place, link, usage, PageSize, method, out resident);

    /// <inheritdoc/>
    internal override bool TryReadOwner(in MachineFolder process, out ulong inode, out uint uid, out uint gid) =>
        Statx.ReadOwner(process.Place, out inode, out uid, out gid) == 0;

    /// <inheritdoc/>
    internal override FileDescriptor OpenFolderOf(in MachineFolder process, ReadOnlySpan<byte> link) => process.Place.OpenPlace(link);

    /// <inheritdoc/>
    internal override TmpfsAnswer? RecordedTmpfs(int mountId) => null;
}
