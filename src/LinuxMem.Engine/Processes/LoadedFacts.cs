using System.Collections.ObjectModel;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Processes;

/// <summary>The facts of one process that are kept, each read when it is first asked for (see <see cref="MemProcess"/>).</summary>
internal sealed class LoadedFacts(ProcessTable table, MemProcess process, bool isOwnerKnown)
{
    /// <summary>How many threads a file is read through, when one after another ends.</summary>
    private const int MaxThreads = 20;

    /// <summary>The largest buffer that a thread keeps for the next process.</summary>
    private const int MaxBuffer = 1 << 20;

    [ThreadStatic]
    private static byte[]? fileBuffer;

    private delegate int Reading(ReadOnlySpan<byte> path);

    private ProcessFacts loaded;
    private ProcessFacts tooLarge;
    private (uint? RealUid, uint? EffectiveUid, uint? EffectiveGid, ulong? PageTables) status;
    private ReadOnlyDictionary<string, string>? environment;
    private Dictionary<string, EnvironmentVariable>? variables;
    private string? commandLine;
    private string? exe;
    private ControlGroup? cgroup;

    /// <summary>The thread's buffer for the files of processes.</summary>
    public static byte[] FileBuffer => fileBuffer ??= new byte[8192];

    /// <summary>The error number of the last fact that could not be read; 0 when all could.</summary>
    public int Error { get; private set; }

    /// <summary>What <c>/proc/PID/status</c> says.</summary>
    public (uint? RealUid, uint? EffectiveUid, uint? EffectiveGid, ulong? PageTables) Status
    {
        get
        {
            LoadLate(ProcessFacts.Status);
            return status;
        }
    }

    /// <summary>See <see cref="MemProcess.CommandLine"/>.</summary>
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

    /// <summary>See <see cref="MemProcess.Exe"/>.</summary>
    public string? Exe
    {
        get
        {
            LoadLate(ProcessFacts.Exe);
            return exe;
        }
    }

    /// <summary>See <see cref="MemProcess.Environment"/>.</summary>
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

    /// <summary>See <see cref="MemProcess.ControlGroup"/>.</summary>
    public ControlGroup? Cgroup
    {
        get
        {
            LoadLate(ProcessFacts.Cgroup);
            return cgroup;
        }
    }

    /// <summary>See <see cref="MemProcess.Variable"/>.</summary>
    public EnvironmentVariable Variable(string name)
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
        if (read is not null && !process.IsStillThere())
        {
            variables = null;
            return default;
        }

        return read?.GetValueOrDefault(name) ?? default;
    }

    /// <summary>Reads those of the facts that have not been read, without checking the start time.</summary>
    public void Load(ProcessFacts facts)
    {
        Read(facts);
        DropTooLarge();
    }

    /// <summary>
    /// Reads facts that must stay available after the machine is closed: see <see cref="ProcessTable.LoadToKeep"/>.
    /// </summary>
    public void LoadToKeep(ProcessFacts facts)
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
            facts = !isOwnerKnown ? facts | ProcessFacts.Status : facts;
            facts &= ~ProcessFacts.Owner;
        }

        facts &= ~loaded;
        if (facts == ProcessFacts.None)
        {
            return;
        }

        Span<byte> name = stackalloc byte[64];
        byte[] buffer = FileBuffer;
        Machine root = table.Root;
        int n;
        if ((facts & ProcessFacts.Status) != 0
            && (n = Checked(root.ReadRecord(Machine.ProcessPath(name, process.Id, "/status"u8), ref buffer))) > 0)
        {
            var file = StatusFile.Parse(buffer.AsSpan(0, n));
            status = (file.RealUid, file.EffectiveUid, file.EffectiveGid, file.PageTables);
        }

        if ((facts & ProcessFacts.Environment) != 0)
        {
            Dictionary<string, string> all = [];
            if (Checked(ReadLiving("/environ"u8, path =>
                {
                    all = EnvironFile.Read(root.Open(path), process.Id, out int read);
                    return read;
                })) >= 0)
            {
                if (root.MasksEnvironments && (n = root.ReadAll(process.AddressSpacePath(name, EnvironFile.MaskedName), ref buffer)) > 0)
                {
                    EnvironFile.AddMasked(all, buffer.AsSpan(0, n));
                }

                environment = all.AsReadOnly();
                tooLarge |= table.Texts.HasRoomFor(environment) ? ProcessFacts.None : ProcessFacts.Environment;
            }
        }

        string? line = null;
        if ((facts & ProcessFacts.CommandLine) != 0
            && Checked(ReadLiving("/cmdline"u8, path => CmdlineFile.Read(root.Open(path), TextBuffer.ForThisThread, process.Id, out line))) >= 0)
        {
            commandLine = table.Texts.Share(line!, out bool isKept);
            tooLarge |= isKept ? ProcessFacts.None : ProcessFacts.CommandLine;
        }

        if ((facts & ProcessFacts.Exe) != 0
            && (n = Checked(ReadLiving("/exe"u8, path => root.ReadLink(path, buffer)))) > 0)
        {
            exe = table.Texts.Share(SurrogateEscape.Decode(buffer.AsSpan(0, n)));
        }

        if ((facts & ProcessFacts.Cgroup) != 0
            && (n = Checked(root.ReadRecord(Machine.ProcessPath(name, process.Id, "/cgroup"u8), ref buffer))) >= 0)
        {
            cgroup = CgroupFile.Parse(buffer.AsSpan(0, n)) is (string controllers, string path) ? table.Names.Read(table.Texts.Share(path), table.Texts.Share(controllers)) : null;
        }

        fileBuffer = buffer.Length <= MaxBuffer ? buffer : null;
        if ((facts & ProcessFacts.Variables) != 0 && table.Variables.Count > 0)
        {
            _ = ReadVariables(table.Variables);
        }

        loaded |= facts;
    }

    /// <summary>Reads variables, and keeps those that there is room for; null when they cannot be read.</summary>
    private Dictionary<string, EnvironmentVariable>? ReadVariables(IReadOnlyCollection<string> names)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        bool isCut = false;
        if (Checked(ReadLiving("/environ"u8, path => EnvironFile.Find(table.Root.Open(path), names, process.Id, found, out isCut))) < 0)
        {
            return null;
        }

        Span<byte> masks = stackalloc byte[64];
        byte[] buffer = FileBuffer;
        HashSet<string>? masked = null;
        if (table.Root.MasksEnvironments && table.Root.ReadAll(process.AddressSpacePath(masks, EnvironFile.MaskedName), ref buffer) is > 0 and int n)
        {
            masked = EnvironFile.AddMasked(found, buffer.AsSpan(0, n), names);
        }

        fileBuffer = buffer.Length <= MaxBuffer ? buffer : null;
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

    /// <summary>
    /// Reads a file that tells of the address space; through another thread where the one it was read through has ended,
    /// which makes such files empty.
    /// </summary>
    /// <param name="tail">The file's name.</param>
    /// <param name="read">Reads it; returns the number of bytes, or minus the error number.</param>
    private int ReadLiving(ReadOnlySpan<byte> tail, Reading read)
    {
        Span<byte> name = stackalloc byte[64];
        for (int i = 1; ; i++)
        {
            int thread = process.AddressSpaceThread;
            int n = read(process.AddressSpacePath(name, tail));
            if (n > 0 || (n < 0 && !table.Root.IsGone(-n)) || i == MaxThreads || !table.Root.ProcessesEnd || !process.FindAddressSpace() || thread == process.AddressSpaceThread)
            {
                return n;
            }
        }
    }

    private int Checked(int result)
    {
        if (result < 0)
        {
            Error = -result;
        }

        return result;
    }

    private void LoadLate(ProcessFacts facts)
    {
        if ((facts & ~loaded) == ProcessFacts.None)
        {
            return;
        }

        Read(facts);
        if (!process.IsStillThere())
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
