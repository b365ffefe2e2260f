namespace LinuxMem.Engine.Procfs;

/// <summary>
/// Whose rights a process has, whole: the lines <c>Uid</c>, <c>Gid</c>, <c>Groups</c>, <c>CapBnd</c>, <c>NoNewPrivs</c>
/// and <c>Seccomp</c> of <c>/proc/PID/status</c> (proc_pid_status(5)).
/// </summary>
internal sealed class CredentialsFile
{
    private CredentialsFile(uint[] uids, uint[] gids, uint[] groups, ulong boundingSet, bool noNewPrivileges, ulong seccomp)
    {
        Uids = uids;
        Gids = gids;
        Groups = groups;
        BoundingSet = boundingSet;
        NoNewPrivileges = noNewPrivileges;
        Seccomp = seccomp;
    }

    /// <summary>Real, effective, saved and file system user id.</summary>
    public uint[] Uids { get; }

    /// <summary>Real, effective, saved and file system group id.</summary>
    public uint[] Gids { get; }

    /// <summary>The supplementary groups.</summary>
    public uint[] Groups { get; }

    /// <summary>The capabilities that its programs can gain at all (capabilities(7)), a bit for each.</summary>
    public ulong BoundingSet { get; }

    /// <summary>True for a process whose programs gain no rights by set-user-id bits (prctl(2), PR_SET_NO_NEW_PRIVS).</summary>
    public bool NoNewPrivileges { get; }

    /// <summary>The mode of seccomp(2); 0 for none.</summary>
    public ulong Seccomp { get; }

    /// <summary>True when all four user ids are the same.</summary>
    public bool HasOneUser => Array.TrueForAll(Uids, uid => uid == Uids[0]);

    /// <summary>Reads the file of a process; null where it cannot be read.</summary>
    public static CredentialsFile? Read(ProcRoot root, int pid)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[4096];
        int n = root.ReadRecord(ProcRoot.ProcessPath(name, pid, "/status"u8), ref buffer);
        return n > 0 ? Parse(buffer.AsSpan(0, n)) : null;
    }

    /// <summary>Reads the text of the file; null when a line of ids is missing or not well formed.</summary>
    public static CredentialsFile? Parse(ReadOnlySpan<byte> text)
    {
        uint[]? uids = null;
        uint[]? gids = null;
        uint[]? groups = null;
        ulong boundingSet = 0;
        bool noNewPrivileges = false;
        ulong seccomp = 0;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            ReadOnlySpan<byte> name = line[..colon];
            ReadOnlySpan<byte> rest = line[(colon + 1)..];
            if (name.SequenceEqual("Uid"u8))
            {
                uids ??= Ids(rest);
            }
            else if (name.SequenceEqual("Gid"u8))
            {
                gids ??= Ids(rest);
            }
            else if (name.SequenceEqual("Groups"u8))
            {
                groups ??= Ids(rest);
            }
            else if (name.SequenceEqual("CapBnd"u8))
            {
                ReadOnlySpan<byte> digits = new FieldReader(rest).Next();
                _ = System.Buffers.Text.Utf8Parser.TryParse(digits, out boundingSet, out _, 'x');
            }
            else if (name.SequenceEqual("NoNewPrivs"u8))
            {
                noNewPrivileges = new FieldReader(rest).TryNumber(out ulong set) && set != 0;
            }
            else if (name.SequenceEqual("Seccomp"u8))
            {
                _ = new FieldReader(rest).TryNumber(out seccomp);
            }
        }

        return uids is { Length: 4 } && gids is { Length: 4 } && groups is not null
            ? new CredentialsFile(uids, gids, groups, boundingSet, noNewPrivileges, seccomp)
            : null;
    }

    /// <summary>True when both are the same rights.</summary>
    public bool Equals(CredentialsFile other) =>
        Uids.AsSpan().SequenceEqual(other.Uids) && Gids.AsSpan().SequenceEqual(other.Gids) && Groups.AsSpan().SequenceEqual(other.Groups)
        && BoundingSet == other.BoundingSet && NoNewPrivileges == other.NoNewPrivileges && Seccomp == other.Seccomp;

    private static uint[]? Ids(ReadOnlySpan<byte> text)
    {
        var ids = new List<uint>();
        var fields = new FieldReader(text);
        for (ReadOnlySpan<byte> field = fields.Next(); !field.IsEmpty; field = fields.Next())
        {
            if (!System.Buffers.Text.Utf8Parser.TryParse(field, out uint id, out int used) || used != field.Length)
            {
                return null;
            }

            ids.Add(id);
        }

        return [.. ids];
    }
}
