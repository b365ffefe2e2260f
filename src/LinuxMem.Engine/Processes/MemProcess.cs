using System.Collections.ObjectModel;
using System.Globalization;
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
    private ProcessFacts loaded;
    private ProcessFacts tooLarge;
    private (uint? RealUid, uint? EffectiveUid, uint? EffectiveGid, ulong? PageTables) status;
    private ReadOnlyDictionary<string, string>? environment;
    private Dictionary<string, EnvironmentVariable>? variables;
    private string? commandLine;
    private string? exe;
    private string? cgroup;

    internal MemProcess(ProcessTable table, in StatFile stat, in ProcessOwner owner, int addressSpaceThread)
    {
        this.table = table;
        this.owner = owner;
        Id = stat.Pid;
        ParentId = stat.ParentPid;
        Comm = SurrogateEscape.Decode(stat.Comm);
        StartTicks = stat.StartTicks;
        ResidentPages = stat.ResidentPages;
        VirtualSize = stat.VirtualSize;
        HasExecuted = stat.HasExecuted;
        AddressSpaceThread = addressSpaceThread;
        Respondent = ProcessInquiry.RespondentOf(table.Root, stat.Pid, owner);
    }

    /// <summary>The process id, in the PID namespace of the machine read.</summary>
    public int Id { get; }

    /// <summary>The id of the parent process; 0 where that is outside the PID namespace.</summary>
    public int ParentId { get; }

    /// <summary>The effective user id.</summary>
    public long? Uid => owner.Uid ?? Status().EffectiveUid;

    /// <summary>The real user id.</summary>
    public long? RealUid => Status().RealUid;

    /// <summary>The effective group id.</summary>
    public long? Gid => owner.Gid ?? Status().EffectiveGid;

    /// <summary>The name of the effective user, or the uid when no user has it.</summary>
    public string? User => Uid is long uid ? table.Root.Users.NameOf((uint)uid) : null;

    /// <summary>The command name (at most 15 bytes; a process may change its own).</summary>
    public string Comm { get; }

    /// <summary>The arguments separated by spaces; empty for a process without arguments.</summary>
    public string? CommandLine
    {
        get
        {
            LoadLate(ProcessFacts.CommandLine);
            string? text = commandLine;
            DropTooLarge();
            return text;
        }
    }

    /// <summary>The path of the executable, followed by <c> (deleted)</c> when the file has been removed.</summary>
    public string? Exe
    {
        get
        {
            LoadLate(ProcessFacts.Exe);
            return exe;
        }
    }

    /// <summary>The environment that the program was started with; empty when it cannot be read.</summary>
    public ReadOnlyDictionary<string, string> Environment
    {
        get
        {
            LoadLate(ProcessFacts.Environment);
            ReadOnlyDictionary<string, string>? all = environment;
            DropTooLarge();
            return all ?? ReadOnlyDictionary<string, string>.Empty;
        }
    }

    /// <summary>The path of the control group: of version 2, or of systemd's hierarchy on version 1.</summary>
    public string? Cgroup
    {
        get
        {
            LoadLate(ProcessFacts.Cgroup);
            return cgroup;
        }
    }

    /// <summary>When the process was started, in local time.</summary>
    public DateTime StartTime => table.BootTime.AddTicks((long)Math.Min(StartTicks, MaxStartTicks) * (TimeSpan.TicksPerSecond / TicksPerSecond)).ToLocalTime();

    /// <summary>Size of the page tables in bytes (<c>VmPTE</c>).</summary>
    public long? PageTables => (long?)Status().PageTables;

    /// <summary>Hides the base property from exports: a process is never a total.</summary>
    internal new bool IsTotal => base.IsTotal;

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
    /// has exited before the others.
    /// </summary>
    internal int AddressSpaceThread { get; }

    /// <summary>One environment variable, without keeping the others.</summary>
    internal EnvironmentVariable Variable(string name)
    {
        if (variables is not null && variables.TryGetValue(name, out EnvironmentVariable known))
        {
            return known;
        }

        if ((loaded & ProcessFacts.Variables) != 0 && variables is null)
        {
            return default;
        }

        if (ProcessInquiry.TryAsk(this, () => ReadFacts.Of(table.Root, this, ProcessFacts.Variables, [name]) is var read && IsStillThereNow() ? read : null, out ReadFacts? late) && late is not null)
        {
            Take(late, ProcessFacts.None);
        }

        return variables?.GetValueOrDefault(name) ?? default;
    }

    /// <summary>Pid and name: <c>4711 (bash)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} ({Comm})");

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

    /// <summary>
    /// Reads those of the facts that have not been read, without checking the start time, and for <see cref="Keep"/> or
    /// <see cref="KeepForGood"/> to take over.
    /// </summary>
    internal ReadFacts? Read(ProcessFacts facts) =>
        Missing(facts) is ProcessFacts missing and not ProcessFacts.None ? ReadFacts.Of(table.Root, this, missing, table.Variables) : null;

    /// <summary>Reads facts that must stay available after the machine is closed: see <see cref="ProcessTable.LoadToKeep"/>.</summary>
    internal ReadFacts? ReadForGood(ProcessFacts facts) => Read(table.Root.EndsWithItsFile ? facts | ProcessFacts.All : facts);

    /// <summary>Takes over what was read.</summary>
    internal void Keep(ReadFacts? read)
    {
        if (read is not null)
        {
            Take(read, read.Facts);
        }

        DropTooLarge();
    }

    /// <summary>Takes over what was read, and of a machine that cannot be read again also what is large.</summary>
    internal void KeepForGood(ReadFacts? read)
    {
        if (read is not null)
        {
            Take(read, read.Facts);
        }

        if (table.Root.EndsWithItsFile && tooLarge != ProcessFacts.None
            && table.HasRoomToKeep((commandLine?.Length ?? 0) + (environment?.Sum(pair => 64L + pair.Key.Length + pair.Value.Length) ?? 0)))
        {
            tooLarge = ProcessFacts.None;
        }

        DropTooLarge();
    }

    private ProcessFacts Missing(ProcessFacts facts)
    {
        if ((facts & ProcessFacts.Owner) != 0)
        {
            facts = owner.Uid is null ? facts | ProcessFacts.Status : facts;
            facts &= ~ProcessFacts.Owner;
        }

        return facts & ~loaded;
    }

    private void Take(ReadFacts read, ProcessFacts facts)
    {
        LoadError = read.Error != 0 ? read.Error : LoadError;
        tooLarge |= read.TooLarge;
        if ((facts & ProcessFacts.Status) != 0)
        {
            status = read.Status;
        }

        environment = (facts & ProcessFacts.Environment) != 0 ? read.Environment : environment;
        commandLine = (facts & ProcessFacts.CommandLine) != 0 ? read.CommandLine : commandLine;
        exe = (facts & ProcessFacts.Exe) != 0 ? read.Exe : exe;
        cgroup = (facts & ProcessFacts.Cgroup) != 0 ? read.Cgroup : cgroup;
        foreach ((string name, EnvironmentVariable variable) in read.Variables ?? [])
        {
            variables ??= new Dictionary<string, EnvironmentVariable>(StringComparer.Ordinal);
            variables[name] = variable;
        }

        loaded |= facts;
    }

    /// <summary>The error number of the last fact that could not be read; 0 when all could.</summary>
    internal int LoadError { get; private set; }

    /// <summary>True while the process has an address space: until it exits, not until it is reaped. One that does not answer has not exited.</summary>
    public bool IsRunning() => !ProcessInquiry.TryAsk(this, IsRunningNow, out bool isRunning) || isRunning;

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

    /// <summary>True while the pid still belongs to this process.</summary>
    internal bool IsStillThere() => !ProcessInquiry.TryAsk(this, IsStillThereNow, out bool isThere) || isThere;

    /// <summary>
    /// The path, below /proc, of a file about the address space: through a living thread where the main thread has
    /// exited, because its own files are then empty.
    /// </summary>
    internal ReadOnlySpan<byte> AddressSpacePath(Span<byte> name, ReadOnlySpan<byte> tail)
    {
        if (AddressSpaceThread == 0)
        {
            return Machine.ProcessPath(name, Id, tail);
        }

        int length = Machine.ProcessPath(name, Id, "/task/"u8).Length - 1;
        return name[..(length + Machine.ProcessPath(name[length..], AddressSpaceThread, tail).Length)];
    }

    private bool IsStillThereNow()
    {
        Span<byte> name = stackalloc byte[32];
        byte[] buffer = ReadFacts.BorrowBuffer();
        int n = table.Root.ReadRecord(Machine.ProcessPath(name, Id, "/stat"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.StartTicks == StartTicks;
    }

    private bool IsRunningNow()
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = ReadFacts.BorrowBuffer();
        int n = table.Root.ReadRecord(AddressSpacePath(name, "/stat"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.VirtualSize > 0 && IsStillThereNow();
    }

    private (uint? RealUid, uint? EffectiveUid, uint? EffectiveGid, ulong? PageTables) Status()
    {
        LoadLate(ProcessFacts.Status);
        return status;
    }

    private void LoadLate(ProcessFacts facts)
    {
        if ((facts & ~loaded) == ProcessFacts.None)
        {
            return;
        }

        // What is read late may be of another process that has the number now.
        if (ProcessInquiry.TryAsk(this, () => (Read: ReadFacts.Of(table.Root, this, facts, []), IsSame: IsStillThereNow()), out var late))
        {
            loaded |= facts;
            if (late.IsSame)
            {
                Take(late.Read, facts);
            }
        }
    }

    /// <summary>Drops what is too large to keep; it is read again on its next use.</summary>
    private void DropTooLarge()
    {
        if (tooLarge != ProcessFacts.None)
        {
            environment = (tooLarge & ProcessFacts.Environment) != 0 ? null : environment;
            commandLine = (tooLarge & ProcessFacts.CommandLine) != 0 ? null : commandLine;
            loaded &= ~tooLarge;
            tooLarge = ProcessFacts.None;
        }
    }
}
