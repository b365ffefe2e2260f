using System.Collections.ObjectModel;
using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>
/// One process: what it is (read from /proc when first asked for), and, after a scan, how much memory it uses.
/// </summary>
/// <remarks>
/// Facts are read once and kept. One that cannot be read, because the process has ended or because the kernel
/// refuses, is null. A fact asked for late is read only while the number still belongs to the same process
/// (same start time). Arguments and environments beyond all habit are not kept but read each time they are
/// asked for: whoever starts processes does not decide how much memory it takes to list them. Names, arguments, environment and paths are decoded by <see cref="SurrogateEscape"/>.
/// </remarks>
public sealed class MemProcess : MemFigures
{
    /// <summary>Clock ticks per second of the times in /proc/PID/stat (USER_HZ, fixed by the kernel's ABI).</summary>
    private const long TicksPerSecond = 100;

    /// <summary>A thousand years: what a damaged copy says beyond that is no time.</summary>
    private const ulong MaxStartTicks = 1000UL * 366 * 86400 * TicksPerSecond;

    /// <summary>The most bytes of arguments that are kept as text.</summary>
    private const int MaxArguments = 128 << 10;

    /// <summary>The most bytes of environment that are kept as a dictionary: tiny variables take ten times their size there.</summary>
    private const int MaxEnvironment = 32 << 10;

    [ThreadStatic]
    private static byte[]? fileBuffer;

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
    }

    /// <summary>The process id, in the PID namespace of the /proc tree.</summary>
    public int Id { get; }

    /// <summary>The id of the parent process; 0 where that is outside the PID namespace.</summary>
    public int ParentId { get; }

    /// <summary>The effective user id.</summary>
    public long? Uid => owner.Uid ?? Status().EffectiveUid;

    /// <summary>The real user id.</summary>
    public long? RealUid => Status().RealUid;

    /// <summary>The effective group id.</summary>
    public long? Gid => owner.Gid ?? Status().EffectiveGid;

    /// <summary>The name of the effective user, or its number where nobody has that.</summary>
    public string? User => Uid is long uid ? table.Root.Users.NameOf((uint)uid) : null;

    /// <summary>The command name as the kernel has it (at most 15 bytes; a process may change its own).</summary>
    public string Comm { get; }

    /// <summary>The arguments with a blank between them; empty for a process that has none.</summary>
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

    /// <summary>The path of the program file, with <c> (deleted)</c> behind it when it has been removed.</summary>
    public string? Exe
    {
        get
        {
            LoadLate(ProcessFacts.Exe);
            return exe;
        }
    }

    /// <summary>The environment the program was started with; empty where it cannot be read.</summary>
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

    /// <summary>The path of the control group (version 2, or systemd's hierarchy where there is none).</summary>
    public string? Cgroup
    {
        get
        {
            LoadLate(ProcessFacts.Cgroup);
            return cgroup;
        }
    }

    /// <summary>When the process was started.</summary>
    public DateTime StartTime => table.BootTime.AddTicks((long)Math.Min(StartTicks, MaxStartTicks) * (TimeSpan.TicksPerSecond / TicksPerSecond)).ToLocalTime();

    /// <summary>Size of the page tables in bytes (<c>VmPTE</c>).</summary>
    public long? PageTables => (long?)Status().PageTables;

    /// <summary>Not shown of a process, which is no row of a report: hidden from exports.</summary>
    internal new bool IsTotal => base.IsTotal;

    internal ulong StartTicks { get; }

    internal ulong ResidentPages { get; }

    internal ulong VirtualSize { get; }

    /// <summary>
    /// False for a process that, when it was listed, still ran the program it was forked with: it may have
    /// shared its parent's address space (vfork(2)).
    /// </summary>
    internal bool HasExecuted { get; }

    /// <summary>
    /// The thread to read the address space through: 0 for the process itself; a living thread's id where the
    /// main thread has ended and others have not.
    /// </summary>
    internal int AddressSpaceThread { get; }

    /// <summary>One variable of the environment; the others are not kept.</summary>
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

        ReadVariables([name]);
        if (variables is not null && !IsStillThere())
        {
            variables = null;
        }

        return variables?.GetValueOrDefault(name) ?? default;
    }

    /// <summary>The process as text: number and name.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} ({Comm})");

    /// <summary>Reads the facts asked for that have not been read, without a check of the start time.</summary>
    internal void Load(ProcessFacts facts)
    {
        Read(facts);
        DropTooLarge();
    }

    /// <summary>The same for a process that outlives its tree: see <see cref="ProcessTable.LoadToKeep"/>.</summary>
    internal void LoadToKeep(ProcessFacts facts)
    {
        _ = table.BootTime;
        if (!table.Root.EndsWithItsFile)
        {
            Load(facts);
            return;
        }

        Read(facts | ProcessFacts.All);
        if (tooLarge != ProcessFacts.None
            && table.HasRoomToKeep((commandLine?.Length ?? 0) + (environment?.Sum(pair => 64L + pair.Key.Length + pair.Value.Length) ?? 0)))
        {
            tooLarge = ProcessFacts.None;
        }

        DropTooLarge();
    }

    private void Read(ProcessFacts facts)
    {
        if ((facts & ProcessFacts.Owner) != 0)
        {
            facts = owner.Uid is null ? facts | ProcessFacts.Status : facts;
            facts &= ~ProcessFacts.Owner;
        }

        facts &= ~loaded;
        if (facts == ProcessFacts.None)
        {
            return;
        }

        Span<byte> name = stackalloc byte[64];
        byte[] buffer = fileBuffer ??= new byte[8192];
        Machine root = table.Root;
        int n;
        if ((facts & ProcessFacts.Status) != 0
            && (n = Checked(root.ReadRecord(Machine.ProcessPath(name, Id, "/status"u8), ref buffer))) > 0)
        {
            var file = StatusFile.Parse(buffer.AsSpan(0, n));
            status = (file.RealUid, file.EffectiveUid, file.EffectiveGid, file.PageTables);
        }

        if ((facts & ProcessFacts.Environment) != 0
            && (n = Checked(root.ReadAll(AddressSpacePath(name, "/environ"u8), ref buffer))) >= 0)
        {
            tooLarge |= n > MaxEnvironment ? ProcessFacts.Environment : ProcessFacts.None;
            Dictionary<string, string> all = EnvironFile.Parse(buffer.AsSpan(0, n));
            if (root.MasksEnvironments && (n = root.ReadAll(AddressSpacePath(name, EnvironFile.MaskedName), ref buffer)) > 0)
            {
                EnvironFile.AddMasked(all, buffer.AsSpan(0, n));
            }

            environment = all.AsReadOnly();
        }

        if ((facts & ProcessFacts.CommandLine) != 0
            && (n = Checked(root.ReadAll(AddressSpacePath(name, "/cmdline"u8), ref buffer))) >= 0)
        {
            tooLarge |= n > MaxArguments ? ProcessFacts.CommandLine : ProcessFacts.None;
            commandLine = CmdlineFile.Parse(buffer.AsSpan(0, n));
        }

        if ((facts & ProcessFacts.Exe) != 0
            && (n = Checked(root.ReadLink(AddressSpacePath(name, "/exe"u8), buffer))) > 0)
        {
            exe = SurrogateEscape.Decode(buffer.AsSpan(0, n));
        }

        if ((facts & ProcessFacts.Cgroup) != 0
            && (n = Checked(root.ReadAll(Machine.ProcessPath(name, Id, "/cgroup"u8), ref buffer))) >= 0)
        {
            cgroup = CgroupFile.Parse(buffer.AsSpan(0, n));
        }

        fileBuffer = buffer.Length <= 1 << 20 ? buffer : null;
        if ((facts & ProcessFacts.Variables) != 0 && table.Variables.Count > 0)
        {
            ReadVariables(table.Variables);
        }

        loaded |= facts;
    }

    private void ReadVariables(IReadOnlyCollection<string> names)
    {
        Span<byte> path = stackalloc byte[64];
        byte[] buffer = fileBuffer ??= new byte[8192];
        int n = Checked(table.Root.ReadAll(AddressSpacePath(path, "/environ"u8), ref buffer));
        if (n < 0)
        {
            return;
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        EnvironFile.Find(buffer.AsSpan(0, n), names, found);
        HashSet<string>? masked = null;
        if (table.Root.MasksEnvironments && (n = table.Root.ReadAll(AddressSpacePath(path, EnvironFile.MaskedName), ref buffer)) > 0)
        {
            masked = EnvironFile.AddMasked(found, buffer.AsSpan(0, n));
        }

        fileBuffer = buffer.Length <= 1 << 20 ? buffer : null;
        variables ??= new Dictionary<string, EnvironmentVariable>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            variables[name] = new EnvironmentVariable(true, masked is not null && masked.Contains(name), found.GetValueOrDefault(name));
        }
    }

    /// <summary>The error number of the last fact that could not be read; 0 when all could.</summary>
    internal int LoadError { get; private set; }

    /// <summary>True while the process is there and has an address space: until it ends, not until it is reaped.</summary>
    public bool IsRunning()
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = fileBuffer ??= new byte[8192];
        int n = table.Root.ReadRecord(AddressSpacePath(name, "/stat"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.VirtualSize > 0 && IsStillThere();
    }

    /// <summary>
    /// True once the process of that folder has called execve(2): its address space is its own, and not one that it
    /// shares with its parent (vfork(2)).
    /// </summary>
    internal static bool HasExecutedIn(in MachineFolder place, ref byte[] buffer)
    {
        int n = ProcFile.ReadRecord(place.Open("stat\0"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.HasExecuted;
    }

    /// <summary>True when the folder opened is that of this process, not of another that got its number.</summary>
    internal bool Owns(in MachineFolder place) =>
        (owner.Inode != 0 && ProcessOwner.Of(place).Inode == owner.Inode) || IsStillThere();

    /// <summary>True while the number still belongs to this process.</summary>
    internal bool IsStillThere()
    {
        Span<byte> name = stackalloc byte[32];
        byte[] buffer = fileBuffer ??= new byte[8192];
        int n = table.Root.ReadRecord(Machine.ProcessPath(name, Id, "/stat"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.StartTicks == StartTicks;
    }

    /// <summary>
    /// The path, below the /proc tree, of a file that comes from the address space: a main thread that has
    /// ended has none any more.
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

    private int Checked(int result)
    {
        if (result < 0)
        {
            LoadError = -result;
        }

        return result;
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

        Read(facts);
        if (!IsStillThere())
        {
            Forget(facts);
        }
    }

    private void Forget(ProcessFacts facts)
    {
        if ((facts & ProcessFacts.Status) != 0)
        {
            status = default;
        }

        environment = (facts & ProcessFacts.Environment) != 0 ? null : environment;
        commandLine = (facts & ProcessFacts.CommandLine) != 0 ? null : commandLine;
        exe = (facts & ProcessFacts.Exe) != 0 ? null : exe;
        cgroup = (facts & ProcessFacts.Cgroup) != 0 ? null : cgroup;
    }

    /// <summary>Forgets what is too large to be kept, so that it is read again when it is asked for again.</summary>
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
