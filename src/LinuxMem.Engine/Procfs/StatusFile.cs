namespace LinuxMem.Engine.Procfs;

/// <summary>
/// What the engine uses of <c>/proc/PID/status</c> (proc_pid_status(5)). Lines are found by their names, in
/// any order; what a kernel does not write stays null.
/// </summary>
internal struct StatusFile
{
    public uint? RealUid;
    public uint? EffectiveUid;
    public uint? RealGid;
    public uint? EffectiveGid;

    /// <summary>Size of the page tables in bytes (VmPTE).</summary>
    public ulong? PageTables;

    /// <summary>Reads the text of the file; false when it names no user.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out StatusFile status)
    {
        status = default;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            ReadOnlySpan<byte> name = line[..colon];
            var fields = new FieldReader(line[(colon + 1)..]);
            if (name.SequenceEqual("Uid"u8))
            {
                ReadIds(ref fields, out status.RealUid, out status.EffectiveUid);
            }
            else if (name.SequenceEqual("Gid"u8))
            {
                ReadIds(ref fields, out status.RealGid, out status.EffectiveGid);
            }
            else if (name.SequenceEqual("VmPTE"u8) && fields.TryNumber(out ulong kib) && kib <= long.MaxValue / 1024)
            {
                status.PageTables = kib * 1024;
            }
        }

        return status.EffectiveUid is not null;
    }

    private static void ReadIds(ref FieldReader fields, out uint? real, out uint? effective)
    {
        real = fields.TryNumber(out ulong first) && first <= uint.MaxValue ? (uint)first : null;
        effective = fields.TryNumber(out ulong second) && second <= uint.MaxValue ? (uint)second : null;
    }
}
