using System.Collections.ObjectModel;
using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

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
        Comm = table.Texts.Share(BoundedText.Decode(stat.Comm));
        StartTicks = stat.StartTicks;
        ResidentPages = stat.ResidentPages;
        VirtualSize = stat.VirtualSize;
        HasExecuted = stat.HasExecuted;
        AddressSpaceThread = addressSpaceThread;
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

        Dictionary<string, EnvironmentVariable>? read = ReadVariables([name]);
        if (read is not null && !IsStillThere())
        {
            variables = null;
            return default;
        }

        return read?.GetValueOrDefault(name) ?? default;
    }

    /// <summary>Pid and name: <c>4711 (bash)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} ({Comm})");

    /// <summary>Reads those of the facts that have not been read, without checking the start time.</summary>
    internal void Load(ProcessFacts facts)
    {
        Read(facts);
        DropTooLarge();
    }

    /// <summary>
    /// Reads facts that must stay available after the machine is closed: see <see cref="ProcessTable.LoadToKeep"/>.
    /// </summary>
    internal void LoadToKeep(ProcessFacts facts)
    {
        _ = table.BootTime;
        if (!table.Root.EndsWithItsFile)
        {
            Load(facts);
            return;
        }

        Read(facts | ProcessFacts.All);
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

        if ((facts & ProcessFacts.Environment) != 0)
        {
            Dictionary<string, string> all = EnvironFile.Read(root.Open(AddressSpacePath(name, "/environ"u8)), Id, out n);
            if (Checked(n) >= 0)
            {
                if (root.MasksEnvironments && (n = root.ReadAll(AddressSpacePath(name, EnvironFile.MaskedName), ref buffer)) > 0)
                {
                    EnvironFile.AddMasked(all, buffer.AsSpan(0, n));
                }

                environment = all.AsReadOnly();
                tooLarge |= table.Texts.HasRoomFor(environment) ? ProcessFacts.None : ProcessFacts.Environment;
            }
        }

        if ((facts & ProcessFacts.CommandLine) != 0
            && Checked(CmdlineFile.Read(root.Open(AddressSpacePath(name, "/cmdline"u8)), TextBuffer.ForThisThread, Id, out string? line)) >= 0)
        {
            commandLine = table.Texts.Share(line!, out bool isKept);
            tooLarge |= isKept ? ProcessFacts.None : ProcessFacts.CommandLine;
        }

        if ((facts & ProcessFacts.Exe) != 0
            && (n = Checked(root.ReadLink(AddressSpacePath(name, "/exe"u8), buffer))) > 0)
        {
            exe = table.Texts.Share(SurrogateEscape.Decode(buffer.AsSpan(0, n)));
        }

        if ((facts & ProcessFacts.Cgroup) != 0
            && (n = Checked(root.ReadRecord(Machine.ProcessPath(name, Id, "/cgroup"u8), ref buffer))) >= 0)
        {
            cgroup = CgroupFile.Parse(buffer.AsSpan(0, n)) is string path ? table.Texts.Share(path) : null;
        }

        fileBuffer = buffer.Length <= 1 << 20 ? buffer : null;
        if ((facts & ProcessFacts.Variables) != 0 && table.Variables.Count > 0)
        {
            _ = ReadVariables(table.Variables);
        }

        loaded |= facts;
    }

    /// <summary>Reads variables, and keeps those that there is room for; null when they cannot be read.</summary>
    private Dictionary<string, EnvironmentVariable>? ReadVariables(IReadOnlyCollection<string> names)
    {
        Span<byte> path = stackalloc byte[64];
        byte[] buffer = fileBuffer ??= new byte[8192];
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        int n = Checked(EnvironFile.Find(table.Root.Open(AddressSpacePath(path, "/environ"u8)), names, Id, found, out bool isCut));
        if (n < 0)
        {
            return null;
        }

        HashSet<string>? masked = null;
        if (table.Root.MasksEnvironments && (n = table.Root.ReadAll(AddressSpacePath(path, EnvironFile.MaskedName), ref buffer)) > 0)
        {
            masked = EnvironFile.AddMasked(found, buffer.AsSpan(0, n), names);
        }

        fileBuffer = buffer.Length <= 1 << 20 ? buffer : null;
        var read = new Dictionary<string, EnvironmentVariable>(StringComparer.Ordinal);
        variables ??= new Dictionary<string, EnvironmentVariable>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            bool isKept = true;
            string? value = found.TryGetValue(name, out string? text) ? table.Texts.Share(text, out isKept) : null;
            read[name] = new EnvironmentVariable(true, masked is not null && masked.Contains(name), value) { IsCut = isCut && value is null };
            if (isKept)
            {
                variables[name] = read[name];
            }
        }

        return read;
    }

    /// <summary>The error number of the last fact that could not be read; 0 when all could.</summary>
    internal int LoadError { get; private set; }

    /// <summary>True while the process has an address space: until it exits, not until it is reaped.</summary>
    public bool IsRunning()
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = fileBuffer ??= new byte[8192];
        int n = table.Root.ReadRecord(AddressSpacePath(name, "/stat"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.VirtualSize > 0 && IsStillThere();
    }

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
    internal bool IsStillThere()
    {
        Span<byte> name = stackalloc byte[32];
        byte[] buffer = fileBuffer ??= new byte[8192];
        int n = table.Root.ReadRecord(Machine.ProcessPath(name, Id, "/stat"u8), ref buffer);
        return n > 0 && StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) && stat.StartTicks == StartTicks;
    }

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
