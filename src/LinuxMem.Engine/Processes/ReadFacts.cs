using System.Collections.ObjectModel;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Processes;

/// <summary>
/// Facts of a process as they were read, before they are the process's own: the thread that reads them may be left behind
/// in the middle of it.
/// </summary>
internal sealed class ReadFacts
{
    /// <summary>How many threads a file is read through, when one after another ends.</summary>
    private const int MaxThreads = 20;

    /// <summary>The largest buffer that a thread keeps for the next file.</summary>
    private const int MaxBuffer = 1 << 20;

    [ThreadStatic]
    private static byte[]? fileBuffer;

    private delegate int Reading(ReadOnlySpan<byte> path);

    private readonly ProcessTable table;
    private readonly Machine root;
    private readonly MemProcess process;

    private ReadFacts(ProcessTable table, MemProcess process)
    {
        this.table = table;
        root = table.Root;
        this.process = process;
    }

    /// <summary>Which have been read, or tried.</summary>
    public ProcessFacts Facts { get; private set; }

    /// <summary>Of those, which are too large to keep.</summary>
    public ProcessFacts TooLarge { get; private set; }

    /// <summary>The error number of the last file that could not be read; 0 for none.</summary>
    public int Error { get; private set; }

    public (uint? RealUid, uint? EffectiveUid, uint? EffectiveGid, ulong? PageTables) Status { get; private set; }

    public ReadOnlyDictionary<string, string>? Environment { get; private set; }

    /// <summary>The variables that were asked for by name; null when the environment could not be read.</summary>
    public Dictionary<string, EnvironmentVariable>? Variables { get; private set; }

    /// <summary>Of the variables, the names of those whose values there is no room to keep.</summary>
    public HashSet<string> NotKept { get; } = new(StringComparer.Ordinal);

    public string? CommandLine { get; private set; }

    /// <summary>Of a command line that is too large to keep, what groups keep of it; else null.</summary>
    public (string Key, string Name)? CutCommandLine { get; private set; }

    public string? Exe { get; private set; }

    public ControlGroup? Cgroup { get; private set; }

    /// <summary>Reads facts.</summary>
    /// <param name="table">The listing.</param>
    /// <param name="process">The process.</param>
    /// <param name="facts">Which facts.</param>
    /// <param name="variables">The variables to read, if <paramref name="facts"/> has them.</param>
    public static ReadFacts Of(ProcessTable table, MemProcess process, ProcessFacts facts, IReadOnlyCollection<string> variables)
    {
        var read = new ReadFacts(table, process) { Facts = facts };
        byte[] buffer = BorrowBuffer();
        read.ReadFiles(facts, ref buffer);
        if ((facts & ProcessFacts.Variables) != 0 && variables.Count > 0)
        {
            read.ReadVariables(variables, ref buffer);
        }

        ReturnBuffer(buffer);
        return read;
    }

    /// <summary>The calling thread's buffer, to read files with.</summary>
    public static byte[] BorrowBuffer() => fileBuffer ??= new byte[8192];

    /// <summary>Keeps the buffer for the next file, unless one has made it large.</summary>
    public static void ReturnBuffer(byte[] buffer) => fileBuffer = buffer.Length <= MaxBuffer ? buffer : null;

    private void ReadFiles(ProcessFacts facts, ref byte[] buffer)
    {
        Span<byte> name = stackalloc byte[64];
        int n;
        if ((facts & ProcessFacts.Status) != 0
            && (n = Checked(root.ReadRecord(Machine.ProcessPath(name, process.Id, "/status"u8), ref buffer))) > 0)
        {
            var file = StatusFile.Parse(buffer.AsSpan(0, n));
            Status = (file.RealUid, file.EffectiveUid, file.EffectiveGid, file.PageTables);
        }

        if ((facts & ProcessFacts.Environment) != 0)
        {
            ReadEnvironment(ref buffer);
        }

        string? line = null;
        if ((facts & ProcessFacts.CommandLine) != 0
            && Checked(ReadLiving("/cmdline"u8, path => CmdlineFile.Read(root.Open(path), TextBuffer.ForThisThread, process.Id, out line))) >= 0)
        {
            CommandLine = table.Texts.Share(line!, out bool isKept);
            if (!isKept)
            {
                TooLarge |= ProcessFacts.CommandLine;
                CutCommandLine = (table.Texts.Share(BoundedText.Key(CommandLine)), table.Texts.Share(BoundedText.Name(CommandLine)));
            }
        }

        byte[] target = buffer;
        if ((facts & ProcessFacts.Exe) != 0
            && (n = Checked(ReadLiving("/exe"u8, path => root.ReadLink(path, target)))) > 0)
        {
            Exe = table.Texts.Share(SurrogateEscape.Decode(target.AsSpan(0, n)));
        }

        if ((facts & ProcessFacts.Cgroup) != 0
            && (n = Checked(root.ReadRecord(Machine.ProcessPath(name, process.Id, "/cgroup"u8), ref buffer))) >= 0)
        {
            Cgroup = CgroupFile.Parse(buffer.AsSpan(0, n)) is (string controllers, string path) ? table.Names.Read(table.Texts.Share(path), table.Texts.Share(controllers)) : null;
        }
    }

    private void ReadEnvironment(ref byte[] buffer)
    {
        Dictionary<string, string> all = [];
        int result = ReadLiving("/environ"u8, path =>
        {
            all = EnvironFile.Read(root.Open(path), process.Id, out int read);
            return read;
        });
        if (Checked(result) < 0)
        {
            return;
        }

        Span<byte> name = stackalloc byte[64];
        if (root.MasksEnvironments && root.ReadAll(process.AddressSpacePath(name, EnvironFile.MaskedName), ref buffer) is > 0 and int n)
        {
            EnvironFile.AddMasked(all, buffer.AsSpan(0, n));
        }

        Environment = all.AsReadOnly();
        TooLarge |= table.Texts.HasRoomFor(Environment) ? ProcessFacts.None : ProcessFacts.Environment;
    }

    private void ReadVariables(IReadOnlyCollection<string> names, ref byte[] buffer)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        bool isCut = false;
        if (Checked(ReadLiving("/environ"u8, path => EnvironFile.Find(root.Open(path), names, process.Id, found, out isCut))) < 0)
        {
            return;
        }

        Span<byte> masks = stackalloc byte[64];
        HashSet<string>? masked = null;
        if (root.MasksEnvironments && root.ReadAll(process.AddressSpacePath(masks, EnvironFile.MaskedName), ref buffer) is > 0 and int n)
        {
            masked = EnvironFile.AddMasked(found, buffer.AsSpan(0, n), names);
        }

        isCut |= root.MasksEnvironments && root.ReadAll(process.AddressSpacePath(masks, EnvironFile.CutName), ref buffer) > 0;

        Variables = new Dictionary<string, EnvironmentVariable>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            bool isKept = true;
            string? value = found.TryGetValue(name, out string? text) ? table.Texts.Share(text, out isKept) : null;
            Variables[name] = new EnvironmentVariable(true, masked is not null && masked.Contains(name), value) { IsCut = isCut && value is null };
            if (!isKept)
            {
                NotKept.Add(name);
            }
        }
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
            if (n > 0 || (n < 0 && !root.IsGone(-n)) || i == MaxThreads || !root.ProcessesEnd || !process.FindAddressSpace() || thread == process.AddressSpaceThread)
            {
                return n;
            }
        }
    }

    private int Checked(int result)
    {
        Error = result < 0 ? -result : Error;
        return result;
    }
}
