using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The machine that is read, as its /proc tree and what else it tells of itself: the one that runs here
/// (<see cref="LiveMachine"/>), a copy of a tree in ordinary files (<see cref="CopiedMachine"/>), or a snapshot, as its file or
/// unpacked (<see cref="SnapshotMachine"/>). What differs between them is decided here, and nowhere else.
/// </summary>
/// <remarks>
/// Whoever opens one disposes it. Its path is looked up once; everything in it is opened through that folder. Processes
/// may outlive it: of a folder, their facts are then read from it as long as it is still the same; of a
/// snapshot's file, only those are there that were read before.
/// </remarks>
public abstract class Machine : ProcTree, IDisposable
{
    /// <summary>Where the kernel's own /proc is mounted.</summary>
    public const string DefaultPath = "/proc";

    private protected Machine(string path, ulong pageSize)
    {
        Path = path;
        PageSize = pageSize;
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>The same from the root on.</summary>
    internal string WholePath => System.IO.Path.GetFullPath(Path) is var whole && whole.Length > 1 ? whole.TrimEnd('/') : whole;

    /// <summary>
    /// Why something that was reported before is not of this machine, so that its ids mean others here, as a sentence; null where
    /// nothing speaks against it.
    /// </summary>
    /// <param name="computerName">The name of the machine that it is of; null where it tells none.</param>
    /// <param name="time">When it was read, in local time; null where it does not tell.</param>
    /// <param name="procRoot">The tree or snapshot that it was read from; null for none, which is <c>/proc</c>.</param>
    public string? WhyNotOf(string? computerName, DateTime? time, string? procRoot) => OriginCheck.WhyNotOf(this, new Origin(time, computerName, procRoot));

    /// <summary>
    /// What was there and not read so far, because it is no ordinary file beneath the tree, in a sentence that names it; null
    /// for nothing, and for a live tree.
    /// </summary>
    public virtual string? NotRead => null;

    /// <summary>The size of a base page, in bytes.</summary>
    internal ulong PageSize { get; }

    /// <summary>True when what has not been read yet cannot be read any more once the machine is disposed.</summary>
    internal virtual bool EndsWithItsFile => false;

    /// <summary>True where nothing that is read waits for anybody, so that no process is given up for not answering.</summary>
    internal virtual bool AlwaysAnswers => false;

    /// <summary>True where processes end and change while they are read; false where all is as it was once.</summary>
    internal virtual bool ProcessesEnd => false;

    /// <summary>True for a snapshot, which is of one moment: read again, it is the same. A bare copy may be of a tree that still lives.</summary>
    internal virtual bool IsOfOneMoment => false;

    /// <summary>True for the /proc that this program sees its own mounts and limits in.</summary>
    internal virtual bool IsOwnProc => false;

    /// <summary>True where segments can be attached, to look at their pages.</summary>
    internal virtual bool CanAttachSegments => false;

    /// <summary>True where <see cref="FindSegmentDevices"/> tells segments from other files.</summary>
    internal virtual bool KnowsSegmentDevices => true;

    /// <summary>True where the values of environments may have been left out (<see cref="EnvironFile.MaskedName"/>).</summary>
    internal virtual bool MasksEnvironments => false;

    /// <summary>Why no program can be asked there, for the status of an instance; null where it can.</summary>
    internal abstract string? WhyNotAsked { get; }

    /// <summary>Its name, and when it was read.</summary>
    internal abstract Origin Origin { get; }

    /// <summary>The names of the users.</summary>
    internal abstract UserNames Users { get; }

    /// <summary>The names of the containers.</summary>
    internal virtual ContainerNames Containers => ContainerNames.None;

    /// <summary>Who may have given a control group its name (<see cref="ControlGroupOwners"/>); null where nothing tells but the name.</summary>
    /// <param name="hierarchy">The controllers of a hierarchy of version 1, or empty.</param>
    /// <param name="path">The path.</param>
    internal virtual long? OwnerOfControlGroup(string hierarchy, string path) => null;

    /// <summary>The version of the kernel; null where it is not known.</summary>
    internal abstract Version? KernelVersion { get; }

    /// <summary>The sizes of pages that hugetlb offers, in bytes; where nothing tells them, the usual ones.</summary>
    internal abstract IReadOnlyList<ulong> HugetlbSizes { get; }

    /// <summary>How many bytes of huge pages (hugetlb) hold something; null where that cannot be found out.</summary>
    internal abstract long? HugetlbInUse { get; }

    /// <summary>What sysfs tells of the memory; null where it is not there to be read (<see cref="WhyNoSysfs"/>).</summary>
    internal virtual SysfsMemory? ReadSysfs() => null;

    /// <summary>Why there is no <see cref="ReadSysfs"/>, as a clause.</summary>
    internal virtual string WhyNoSysfs => "a copy of /proc has nothing of /sys";

    /// <summary>The NUMA nodes, and which memory is whose; none where nothing tells.</summary>
    internal virtual IReadOnlyList<NodeMemory> Nodes => ReadSysfs()?.Nodes ?? [];

    /// <summary>Opens the control groups in the hierarchy of the memory controller.</summary>
    internal virtual CgroupTree OpenCgroups() => CgroupTree.Nothing("a copy of /proc has nothing of control groups but their names");

    /// <summary>The size of transparent huge pages of shared memory, in bytes.</summary>
    internal abstract ulong TransparentPageSize { get; }

    /// <summary>
    /// The largest size such that every entry the kernel calls huge is of that size or a multiple: of each
    /// such stretch one page map entry tells all frames.
    /// </summary>
    internal virtual ulong SmallestHugeEntry
    {
        get
        {
            ulong smallest = TransparentPageSize;
            foreach (ulong size in HugetlbSizes)
            {
                smallest = Math.Min(smallest, size);
            }

            return smallest;
        }
    }

    /// <summary>
    /// How many swap areas its kernel allows: types of swap entries below this are swap areas. Where the kernel does not
    /// tell, as many as every kernel allows, or as are in use.
    /// </summary>
    internal virtual ulong SwapAreas => Math.Clamp(SwapsFile.CountAreas(this), PagemapEntry.LeastSwapAreas, PagemapEntry.SwapTypes);

    /// <summary>The number of the IPC namespace that the tree was opened in, or the snapshot taken (namespaces(7)).</summary>
    internal abstract ulong OwnIpcNamespace { get; }

    /// <summary>Opens a machine.</summary>
    /// <param name="path">The folder of a /proc tree, or the file of a snapshot; <c>/proc</c> when null.</param>
    /// <param name="cancellation">Ends it, also while the file system that the path leads to does not answer.</param>
    /// <exception cref="LinuxMemException">
    /// The folder does not exist or holds no processes (<see cref="LinuxMemError.NotProc"/>), or the snapshot is
    /// damaged (<see cref="LinuxMemError.InvalidSnapshot"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Machine Open(string? path = null, CancellationToken cancellation = default) => Open(path, cancellation, Deadlines.Usual);

    /// <summary>The same, with deadlines of its own.</summary>
    internal static Machine Open(string? path, CancellationToken cancellation, Deadlines deadlines)
    {
        Machine machine = MachinePath.Open(path ?? DefaultPath, cancellation);
        machine.Cancellation = cancellation;
        machine.Deadlines = deadlines;
        return machine;
    }

    /// <summary>Ends the reading of long files of the machine.</summary>
    internal CancellationToken Cancellation { get; private set; }

    /// <summary>How long it is waited for what others can keep waiting.</summary>
    internal Deadlines Deadlines { get; private set; } = Deadlines.Usual;

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Opens a folder below the tree to look up files in it; <paramref name="name"/> ends with a NUL byte.</summary>
    internal abstract MachineFolder OpenPlace(ReadOnlySpan<byte> name);

    /// <summary>Opens a file in a folder of the tree, where folders have descriptors; elsewhere its whole path is looked up.</summary>
    internal virtual OpenedFile OpenIn(FileDescriptor folder, ReadOnlySpan<byte> name) => OpenedFile.Failed(Errno.ENOENT);

    /// <summary>The ids of all processes there are now, in no particular order.</summary>
    internal abstract List<int> ProcessIds();

    /// <summary>The ids of the threads of a process; empty when it is gone.</summary>
    internal abstract List<int> ThreadIds(int pid);

    /// <summary>Opens the page map of a process.</summary>
    /// <param name="process">The process's folder.</param>
    /// <param name="error">0, or the error number.</param>
    /// <returns>The map; null when it cannot be opened.</returns>
    internal virtual Pagemap? OpenPagemap(in MachineFolder process, out int error)
    {
        OpenedFile file = process.Open("pagemap\0"u8);
        error = file.IsOpen ? 0 : file.Error;
        return error == 0 ? new KernelPagemap(file.Descriptor) : null;
    }

    /// <summary>Opens the flags of all frames, which have the form of a page map; null where they are not there.</summary>
    internal virtual Pagemap? OpenKpageflags()
    {
        OpenedFile file = Open("kpageflags\0"u8);
        return file.IsOpen ? new KernelPagemap(file.Descriptor) : null;
    }

    /// <summary>True where <see cref="OpenKpageflags"/> has the flags of every frame, and not of some only.</summary>
    internal virtual bool HasAllFlags => false;

    /// <summary>True where page maps can be asked what is populated (<see cref="Pagemap.Scan"/>).</summary>
    internal virtual bool CanScanPagemaps() => false;

    /// <summary>The frames of the zero page; none where they are not known.</summary>
    /// <exception cref="LinuxMemException">The kernel hides frame numbers from this user (<see cref="LinuxMemError.PermissionDenied"/>).</exception>
    internal virtual ZeroPagePfns FindZeroPage() => ZeroPagePfns.None;

    /// <summary>The devices that SysV segments lie on.</summary>
    internal abstract SegmentDevices FindSegmentDevices();

    /// <summary>The devices whose files are memory; null where nothing tells them, so that shared memory counts by page tables alone.</summary>
    /// <param name="segments">The devices that SysV segments lie on.</param>
    internal virtual MemoryDevices? FindMemoryDevices(SegmentDevices segments) => null;

    /// <summary>What a shared memory object is and takes. Nothing is asked that its owner would have to answer.</summary>
    /// <param name="process">The folder of a process that has it mapped or open.</param>
    /// <param name="pid">The process.</param>
    /// <param name="link">Where it is there.</param>
    /// <param name="usage">What was found.</param>
    /// <param name="resident">Bytes in memory, where they were recorded; null where they can be counted (<see cref="CountResident"/>).</param>
    /// <returns>0, or the error number.</returns>
    internal virtual int LookAtObject(in MachineFolder process, int pid, in ObjectLink link, out FileUsage usage, out ulong? resident)
    {
        usage = default;
        resident = null;
        return Errno.ENOENT;
    }

    /// <summary>Which of the shared memory objects of its number one is, and no more: <see cref="LookAtObject"/> tells it, too.</summary>
    /// <param name="process">The folder of a process that has it mapped or open.</param>
    /// <param name="pid">The process.</param>
    /// <param name="link">Where it is there.</param>
    /// <param name="mark">What tells it from others.</param>
    /// <returns>0, or the error number.</returns>
    internal virtual int MarkObject(in MachineFolder process, int pid, in ObjectLink link, out FileMark mark)
    {
        mark = default;
        return Errno.ENOENT;
    }

    /// <summary>The name of a shared memory object that was decided on before: of a snapshot. Else the one that is found.</summary>
    internal virtual string RecordedNameOf(in ObjectLink link, int pid, string found) => found;

    /// <summary>What a process had open of shared memory, where that is recorded; null where its descriptors can be looked at.</summary>
    internal virtual IReadOnlyList<(ObjectLink Link, ObjectHome Home, string Path)>? RecordedOpenObjects(int pid) => null;

    /// <summary>Counts what of a shared memory object is in memory.</summary>
    /// <returns>0, or the error number.</returns>
    internal virtual int CountResident(in MachineFolder process, in ObjectLink link, in FileUsage usage, ResidenceMethod method, out ulong resident)
    {
        resident = usage.Bytes;
        return 0;
    }

    /// <summary>The segments of an IPC namespace other than the own.</summary>
    /// <param name="ipcNamespace">Its number.</param>
    /// <param name="pid">A process that lived in it when it was looked at.</param>
    /// <param name="thread">The thread through which it is read; 0 for the main one.</param>
    /// <returns>The segments; null when the process is gone or has left the namespace, the kernel refuses, or a copy does not have them.</returns>
    internal virtual List<SysvShmFile>? ReadSegments(ulong ipcNamespace, int pid, int thread) => null;

    /// <summary>Inode and owner of the folder of a process, which tell whose it is without a file read; false where they do not.</summary>
    internal virtual bool TryReadOwner(in MachineFolder process, out ulong inode, out uint uid, out uint gid)
    {
        inode = uid = gid = 0;
        return false;
    }

    /// <summary>
    /// Opens, as a place, the folder that a link of a living process stands for (<c>cwd</c>, <c>root</c>), in the process's own
    /// mounts; not open where there are no living processes.
    /// </summary>
    /// <param name="process">The process's folder.</param>
    /// <param name="link">The link, with a NUL byte behind.</param>
    internal virtual FileDescriptor OpenFolderOf(in MachineFolder process, ReadOnlySpan<byte> link) => new(-Errno.ENOENT);

    /// <summary>What a tmpfs mount said, where it cannot be asked any more; null where it can.</summary>
    /// <param name="mountId">The number of the mount in mountinfo.</param>
    internal abstract TmpfsAnswer? RecordedTmpfs(int mountId);

    /// <summary>The pages of a SysV segment as they were recorded; null where they were not.</summary>
    internal virtual SegmentPages? RecordedSegmentPages(ulong shmid) => null;

    /// <summary>What Oracle instances answered when a snapshot was taken, as JSON; null where nothing is recorded.</summary>
    internal virtual System.Text.Json.JsonElement? RecordedOracle => null;

    /// <summary>What the files of PostgreSQL's clusters told when a snapshot was taken, as JSON; null where nothing is recorded.</summary>
    internal virtual System.Text.Json.JsonElement? RecordedPostgres => null;

    /// <summary>True when the error says that what was to be read has ended: where nothing ends, it was not copied.</summary>
    internal bool IsGone(int error) => ProcessesEnd && Errno.IsGone(error);
}
