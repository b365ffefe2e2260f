using System.Collections.ObjectModel;
using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem;

/// <summary>One process: its facts, read from /proc on first use, and after a scan its memory figures.</summary>
/// <remarks>
/// Facts are read once and kept; a fact that cannot be read, because the process has ended or permission is denied, is
/// null. A fact read late is checked against the start time, so that it never comes from another process with the same
/// pid. Unusually long arguments and environments are read anew on each use instead of kept, so that no process can
/// make a listing take much memory. Names, arguments, environment and paths are decoded by
/// <see cref="SurrogateEscape"/>.
/// </remarks>
public sealed class MemProcess : MemFigures
{
    /// <summary>Clock ticks per second of the times in /proc/PID/stat (USER_HZ, fixed by the kernel's ABI).</summary>
    private const long TicksPerSecond = 100;

    /// <summary>A thousand years: later start times, found only in damaged copies, are capped here.</summary>
    private const ulong MaxStartTicks = 1000UL * 366 * 86400 * TicksPerSecond;

    private readonly ProcessTable table;
    private readonly ProcessOwner owner;

    /// <summary>Null as long as nobody has asked for any.</summary>
    private LoadedFacts? facts;

    internal MemProcess(ProcessTable table, in StatFile stat, in ProcessOwner owner, Respondent respondent, int addressSpaceThread)
    {
        this.table = table;
        this.owner = owner;
        Id = stat.Pid;
        ParentId = stat.ParentPid;
        Comm = table.Texts.Share(BoundedText.Decode(stat.Comm));
        StartTicks = stat.StartTicks;
        ResidentPages = stat.ResidentPages;
        VirtualSize = stat.VirtualSize;
        HasExecuted = stat.HasExecuted;
        AddressSpaceThread = addressSpaceThread;
        Respondent = respondent;
    }

    /// <summary>The process id, in the PID namespace of the machine read.</summary>
    public int Id { get; }

    /// <summary>The id of the parent process; 0 where that is outside the PID namespace.</summary>
    public int ParentId { get; }

    /// <summary>The effective user id.</summary>
    public long? Uid => owner.Uid ?? Facts.Status.EffectiveUid;

    /// <summary>The real user id.</summary>
    public long? RealUid => Facts.Status.RealUid;

    /// <summary>The effective group id.</summary>
    public long? Gid => owner.Gid ?? Facts.Status.EffectiveGid;

    /// <summary>The name of the effective user, or the uid when no user has it.</summary>
    public string? User => Uid is long uid ? table.Root.Users.NameOf((uint)uid) : null;

    /// <summary>The command name (at most 15 bytes; a process may change its own).</summary>
    public string Comm { get; }

    /// <summary>The arguments separated by spaces; empty for a process without arguments.</summary>
    public string? CommandLine => Facts.CommandLine;

    /// <summary>The path of the executable, followed by <c> (deleted)</c> when the file has been removed.</summary>
    public string? Exe => Facts.Exe;

    /// <summary>The environment that the program was started with; empty when it cannot be read.</summary>
    /// <remarks>No public property, so that values go out only where someone asks for them, and into no export of the whole object.</remarks>
    internal ReadOnlyDictionary<string, string> Environment => Facts.Environment;

    /// <summary>The path of the control group: of version 2, or of systemd's hierarchy on version 1.</summary>
    public string? Cgroup => ControlGroup?.Path;

    /// <summary>The systemd unit; null for a process of none, as in a container.</summary>
    public string? Unit => ControlGroup?.Unit?.Name;

    /// <summary>
    /// The container, as engine and name (<c>podman:web</c>); the first 12 digits of its id stand for a name that is not
    /// known. Null outside of containers.
    /// </summary>
    public string? Container => ControlGroup?.ContainerName(table.Names);

    /// <summary>The pod, as <c>namespace/name</c>, or its uid where that is not known; null outside of pods.</summary>
    public string? Pod => ControlGroup?.PodName(table.Names);

    /// <summary>
    /// The instance of a database that it belongs to: the SID of Oracle, or the data directory of a cluster of PostgreSQL; also of a
    /// process that descends from one of the instance's. Null for none.
    /// </summary>
    public string? Instance => OwnInstance?.Name;

    /// <summary>When the process was started, in local time.</summary>
    public DateTime StartTime => table.BootTime.AddTicks((long)Math.Min(StartTicks, MaxStartTicks) * (TimeSpan.TicksPerSecond / TicksPerSecond)).ToLocalTime();

    /// <inheritdoc/>
    private protected override long? ListedPageTables => (long?)Facts.Status.PageTables;

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => table.Origin.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => table.Origin.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>. What takes this from the pipeline reads the same.</summary>
    public string? ProcRoot => table.Origin.ProcRoot;

    /// <summary>Hides the base property from exports: a process is never a total.</summary>
    internal new bool IsTotal => base.IsTotal;

    /// <summary>What the path of the control group tells; null when it cannot be read.</summary>
    internal ControlGroup? ControlGroup => Facts.Cgroup;

    /// <summary>The instance that it belongs to; null for none.</summary>
    internal ProcessInstance? OwnInstance => table.InstanceOf(this);

    /// <summary>The listing that it is of.</summary>
    internal ProcessTable Table => table;

    /// <summary>What is to be said of the names of users of this machine; null for nothing.</summary>
    internal string? UsersCaveat => table.Root.Users.Caveat;

    /// <summary>The names of what control groups hold.</summary>
    internal ControlGroupNames Names => table.Names;

    internal ulong StartTicks { get; }

    internal ulong ResidentPages { get; }

    internal ulong VirtualSize { get; }

    /// <summary>
    /// False for a process that had not called execve(2) since its fork when it was listed: it may share its parent's
    /// address space (vfork(2)).
    /// </summary>
    internal bool HasExecuted { get; }

    /// <summary>
    /// The thread id to read the address space through: 0 for the process itself; a living thread where the main thread
    /// has exited before the others. It may end at any time: <see cref="FindAddressSpace"/> looks for another.
    /// </summary>
    internal int AddressSpaceThread { get; private set; }

    /// <summary>One environment variable, without keeping the others.</summary>
    internal EnvironmentVariable Variable(string name) => Facts.Variable(name);

    /// <summary>The environment that the program was started with, for those who ask for it by name; empty when it cannot be read.</summary>
    public ReadOnlyDictionary<string, string> GetEnvironment() => Environment;

    /// <summary>True for the same process in another listing of the machine: of the same id, and started at the same time.</summary>
    /// <param name="other">The process of the other listing.</param>
    public bool IsSameAs(MemProcess other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Id == other.Id && StartTicks == other.StartTicks;
    }

    /// <summary>Pid and name: <c>4711 (bash)</c>.</summary>
    public override string ToString() => VisibleText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{Id} ({Comm})"));

    /// <summary>Who is asked for its files.</summary>
    internal Respondent Respondent { get; }

    /// <summary>How long it is waited for.</summary>
    internal Patience Patience => table.Patience;

    /// <summary>Cancelled with the command that listed it.</summary>
    internal CancellationToken Stopped => table.Stopped;

    /// <summary>Why it could not be asked for all that was wanted: it does not answer. Null for one that does.</summary>
    internal string? Unread { get; private set; }

    /// <summary>Says that it does not answer.</summary>
    internal void Silence(string why) => Unread = why;

    /// <summary>What is kept of it.</summary>
    internal LoadedFacts Facts => facts ?? Interlocked.CompareExchange(ref facts, new LoadedFacts(table, this, isOwnerKnown: owner.Uid is not null), null) ?? facts;

    /// <summary>Reads those of the facts that have not been read, for <see cref="KeepFacts"/> to take over; null when there are none.</summary>
    internal ReadFacts? ReadUnread(ProcessFacts wanted) =>
        facts is null && LoadedFacts.Unread(wanted, ProcessFacts.None, isOwnerKnown: owner.Uid is not null) == ProcessFacts.None ? null : Facts.Read(wanted);

    /// <summary>Takes over what was read.</summary>
    internal void KeepFacts(ReadFacts? read)
    {
        if (facts is not null || read is not null)
        {
            Facts.Keep(read);
        }
    }

    /// <summary>The error number of the last fact that could not be read; 0 when all could.</summary>
    internal int LoadError => facts?.Error ?? 0;

    /// <summary>
    /// True while the process has an address space: until it exits, not until it is reaped. One that does not answer has not
    /// exited.
    /// </summary>
    public bool IsRunning() => FindAddressSpace();

    /// <summary>
    /// Sees whether the process still has an address space, and through which thread it can be read now: the main one, or
    /// another that lives.
    /// </summary>
    /// <returns>False when it has ended. What cannot be found out has not, nor has one that does not answer.</returns>
    internal bool FindAddressSpace() => !ProcessInquiry.TryAsk(this, FindAddressSpaceNow, out bool isFound) || isFound;

    /// <summary>
    /// True once the process of that folder has called execve(2), so that its address space is its own and not its
    /// parent's (vfork(2)).
    /// </summary>
    internal static bool HasExecutedIn(in MachineFolder place, ref byte[] buffer)
    {
        int n = ProcFile.ReadRecord(place.Open("stat\0"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.HasExecuted;
    }

    /// <summary>
    /// True when the open folder is this process's, and not that of another process that got the same pid.
    /// </summary>
    internal bool Owns(in MachineFolder place) =>
        (owner.Inode != 0 && ProcessOwner.Of(place).Inode == owner.Inode) || IsStillThere();

    /// <summary>True while the pid still belongs to this process; also when it does not answer.</summary>
    internal bool IsStillThere() => !ProcessInquiry.TryAsk(this, IsStillThereNow, out bool isThere) || isThere;

    /// <summary>
    /// The path, below /proc, of a file about the address space: through a living thread where the main thread has
    /// exited, because its own files are then empty.
    /// </summary>
    internal ReadOnlySpan<byte> AddressSpacePath(Span<byte> name, ReadOnlySpan<byte> tail)
    {
        // Read once: another thread may just have found another.
        int thread = AddressSpaceThread;
        if (thread == 0)
        {
            return Machine.ProcessPath(name, Id, tail);
        }

        int length = Machine.ProcessPath(name, Id, "/task/"u8).Length - 1;
        return name[..(length + Machine.ProcessPath(name[length..], thread, tail).Length)];
    }

    private bool IsStillThereNow()
    {
        if (!table.Root.ProcessesEnd)
        {
            return true;
        }

        Span<byte> name = stackalloc byte[32];
        byte[] buffer = ReadFacts.BorrowBuffer();
        int n = table.Root.ReadRecord(Machine.ProcessPath(name, Id, "/stat"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.StartTicks == StartTicks;
    }

    private bool FindAddressSpaceNow()
    {
        if (!table.Root.ProcessesEnd)
        {
            return true;
        }

        Span<byte> name = stackalloc byte[32];
        byte[] buffer = ReadFacts.BorrowBuffer();
        int n = table.Root.ReadRecord(Machine.ProcessPath(name, Id, "/stat"u8), ref buffer);
        StatFile stat = default;
        if ((n < 0 && !Errno.IsGone(-n)) || (n > 0 && !StatFile.TryParse(buffer.AsSpan(0, n), out stat)))
        {
            return true;
        }

        if (n <= 0 || stat.StartTicks != StartTicks)
        {
            return false;
        }

        if (stat.VirtualSize > 0)
        {
            AddressSpaceThread = 0;
            return true;
        }

        if (stat.Threads <= 1 || !LivingThread.TryFind(table.Root, Id, out LivingThread thread))
        {
            return false;
        }

        AddressSpaceThread = thread.Id != 0 ? thread.Id : AddressSpaceThread;
        return true;
    }
}
