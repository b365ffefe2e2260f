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
    /// <summary>The most bytes of arguments that are kept.</summary>
    private const int MaxArguments = 128 << 10;

    /// <summary>
    /// The most bytes of environment that are kept: as a dictionary, tiny variables take ten times their size.
    /// </summary>
    private const int MaxEnvironment = 32 << 10;

    /// <summary>How many threads a file is read through, when one after another ends.</summary>
    private const int MaxThreads = 20;

    [ThreadStatic]
    private static byte[]? fileBuffer;

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

    public string? CommandLine { get; private set; }

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
    public static void ReturnBuffer(byte[] buffer) => fileBuffer = buffer.Length <= 1 << 20 ? buffer : null;

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

        if ((facts & ProcessFacts.Environment) != 0
            && (n = Checked(ReadLiving("/environ"u8, ref buffer))) >= 0)
        {
            TooLarge |= n > MaxEnvironment ? ProcessFacts.Environment : ProcessFacts.None;
            Dictionary<string, string> all = EnvironFile.Parse(buffer.AsSpan(0, n));
            if (root.MasksEnvironments && (n = root.ReadAll(process.AddressSpacePath(name, EnvironFile.MaskedName), ref buffer)) > 0)
            {
                EnvironFile.AddMasked(all, buffer.AsSpan(0, n));
            }

            Environment = all.AsReadOnly();
        }

        if ((facts & ProcessFacts.CommandLine) != 0
            && (n = Checked(ReadLiving("/cmdline"u8, ref buffer))) >= 0)
        {
            TooLarge |= n > MaxArguments ? ProcessFacts.CommandLine : ProcessFacts.None;
            CommandLine = CmdlineFile.Parse(buffer.AsSpan(0, n));
        }

        if ((facts & ProcessFacts.Exe) != 0
            && (n = Checked(ReadLiving("/exe"u8, ref buffer, isLink: true))) > 0)
        {
            Exe = SurrogateEscape.Decode(buffer.AsSpan(0, n));
        }

        if ((facts & ProcessFacts.Cgroup) != 0
            && (n = Checked(root.ReadWhole(Machine.ProcessPath(name, process.Id, "/cgroup"u8), ref buffer))) >= 0)
        {
            Cgroup = CgroupFile.Parse(buffer.AsSpan(0, n)) is (string controllers, string path) ? table.Names.Read(path, controllers) : null;
        }
    }

    private void ReadVariables(IReadOnlyCollection<string> names, ref byte[] buffer)
    {
        Span<byte> path = stackalloc byte[64];
        int n = Checked(ReadLiving("/environ"u8, ref buffer));
        if (n < 0)
        {
            return;
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        EnvironFile.Find(buffer.AsSpan(0, n), names, found);
        HashSet<string>? masked = null;
        if (root.MasksEnvironments && (n = root.ReadAll(process.AddressSpacePath(path, EnvironFile.MaskedName), ref buffer)) > 0)
        {
            masked = EnvironFile.AddMasked(found, buffer.AsSpan(0, n));
        }

        Variables = new Dictionary<string, EnvironmentVariable>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            Variables[name] = new EnvironmentVariable(true, masked is not null && masked.Contains(name), found.GetValueOrDefault(name));
        }
    }

    /// <summary>
    /// Reads a file that tells of the address space; through another thread where the one it was read through has ended,
    /// which makes such files empty.
    /// </summary>
    private int ReadLiving(ReadOnlySpan<byte> tail, ref byte[] buffer, bool isLink = false)
    {
        Span<byte> name = stackalloc byte[64];
        for (int i = 1; ; i++)
        {
            int thread = process.AddressSpaceThread;
            ReadOnlySpan<byte> path = process.AddressSpacePath(name, tail);
            int n = isLink ? root.ReadLink(path, buffer) : root.ReadAll(path, ref buffer);
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
