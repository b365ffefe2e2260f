
namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The lines of <c>/proc/PID/status</c> (proc_pid_status(5)) that the engine uses, found by name in any order; of
/// duplicates the first counts. A line that the kernel does not write stays null.
/// </summary>
internal sealed class StatusFile
{
    private uint?[]? uids;
    private uint?[]? gids;
    private uint?[]? groups;
    private ulong boundingSet;
    private bool noNewPrivileges;
    private ulong seccomp;

    public uint? RealUid => IdAt(uids, 0);

    public uint? EffectiveUid => IdAt(uids, 1);

    public uint? EffectiveGid => IdAt(gids, 1);

    /// <summary>Size of the page tables in bytes (VmPTE).</summary>
    public ulong? PageTables { get; private set; }

    /// <summary>
    /// How many PID namespaces the process is in, from that of the tree down to its own (NSpid, Linux 4.1); 0 where the kernel
    /// does not say.
    /// </summary>
    public int PidNamespaces { get; private set; }

    /// <summary>The credentials; null when one of their lines is missing or malformed.</summary>
    public ProcessCredentials? Credentials =>
        Whole(uids) is { Length: 4 } allUids && Whole(gids) is { Length: 4 } allGids && Whole(groups) is uint[] allGroups
            ? new ProcessCredentials(allUids, allGids, allGroups, boundingSet, noNewPrivileges, seccomp)
            : null;

    /// <summary>Reads the file of a process; null where it cannot be read.</summary>
    public static StatusFile? Read(ProcTree root, int pid)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[4096];
        int n = root.ReadRecord(ProcTree.ProcessPath(name, pid, "/status"u8), ref buffer);
        return n > 0 ? Parse(buffer.AsSpan(0, n)) : null;
    }

    /// <summary>The size of a process's page tables in bytes; null where the file does not tell or cannot be read.</summary>
    /// <param name="opened">The file, which is closed.</param>
    /// <param name="buffer">To read with.</param>
    public static long? ReadPageTables(OpenedFile opened, byte[] buffer) =>
        ReadNumber(opened, "\nVmPTE:"u8, buffer) is long kib and <= long.MaxValue / 1024 ? kib * 1024 : null;

    /// <summary>The number in a line; null where the file does not tell or cannot be read.</summary>
    /// <param name="opened">The file, which is closed.</param>
    /// <param name="mark">A line break, and what the line begins with.</param>
    /// <param name="buffer">To read with.</param>
    public static long? ReadNumber(OpenedFile opened, ReadOnlySpan<byte> mark, byte[] buffer)
    {
        using OpenedFile file = opened;
        int n = file.IsOpen ? file.ReadAt(buffer, 0) : 0;
        ReadOnlySpan<byte> text = buffer.AsSpan(0, Math.Max(n, 0));

        // At the front of a line: a process's name is in the file, too, but its line breaks are escaped.
        int at = text.IndexOf(mark);
        if (at < 0)
        {
            return null;
        }

        var fields = new FieldReader(text[(at + mark.Length)..]);
        return fields.TryNumber(out ulong number) && number <= long.MaxValue ? (long)number : null;
    }

    /// <summary>Parses the text of the file.</summary>
    public static StatusFile Parse(ReadOnlySpan<byte> text)
    {
        var status = new StatusFile();
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon >= 0)
            {
                status.Take(line[..colon], line[(colon + 1)..]);
            }
        }

        return status;
    }

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var fields = new FieldReader(value);
        if (name.SequenceEqual("Uid"u8))
        {
            uids ??= Ids(fields);
        }
        else if (name.SequenceEqual("Gid"u8))
        {
            gids ??= Ids(fields);
        }
        else if (name.SequenceEqual("Groups"u8))
        {
            groups ??= Ids(fields);
        }
        else if (name.SequenceEqual("VmPTE"u8) && fields.TryNumber(out ulong kib) && kib <= long.MaxValue / 1024)
        {
            PageTables ??= kib * 1024;
        }
        else if (name.SequenceEqual("CapBnd"u8))
        {
            _ = System.Buffers.Text.Utf8Parser.TryParse(fields.Next(), out boundingSet, out _, 'x');
        }
        else if (name.SequenceEqual("NoNewPrivs"u8))
        {
            noNewPrivileges = fields.TryNumber(out ulong set) && set != 0;
        }
        else if (name.SequenceEqual("NSpid"u8))
        {
            PidNamespaces = Ids(fields).Length;
        }
        else if (name.SequenceEqual("Seccomp"u8))
        {
            _ = fields.TryNumber(out seccomp);
        }
    }

    /// <summary>The ids in a line; null for a field that is not a number.</summary>
    private static uint?[] Ids(FieldReader fields)
    {
        int count = 0;
        for (FieldReader ahead = fields; !ahead.Next().IsEmpty;)
        {
            count++;
        }

        var ids = new uint?[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> field = fields.Next();
            ids[i] = System.Buffers.Text.Utf8Parser.TryParse(field, out uint id, out int used) && used == field.Length ? id : null;
        }

        return ids;
    }

    private static uint? IdAt(uint?[]? ids, int place) => ids is not null && place < ids.Length ? ids[place] : null;

    private static uint[]? Whole(uint?[]? ids) =>
        ids is not null && Array.TrueForAll(ids, id => id is not null) ? Array.ConvertAll(ids, id => id!.Value) : null;
}
