using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary>One line of <c>/proc/PID/maps</c> (proc_pid_maps(5)): a VMA.</summary>
internal ref struct MapsLine
{
    public ulong Start;
    public ulong End;

    /// <summary>True for MAP_SHARED, false for MAP_PRIVATE.</summary>
    public bool IsShared;

    /// <summary>Bytes from the start of the file to that of the mapping, in hex.</summary>
    public ReadOnlySpan<byte> Offset;

    /// <summary>The device of the file, as the text <c>major:minor</c>.</summary>
    public ReadOnlySpan<byte> Device;

    /// <summary>The inode of the file; the shmid of a SysV segment; 0 for anonymous memory.</summary>
    public ulong Inode;

    /// <summary>Device, inode and path as they stand in the line: equal for all mappings of one file at addresses of one length.</summary>
    public ReadOnlySpan<byte> Tail;

    /// <summary>The path of the file, or a special name such as <c>[heap]</c>; empty for anonymous memory.</summary>
    public ReadOnlySpan<byte> Path;

    /// <summary>Parses a line; false when it is not a VMA's (such as the other lines of smaps).</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out MapsLine mapping)
    {
        mapping = default;
        if (!Utf8Parser.TryParse(line, out mapping.Start, out int used, 'x') || used >= line.Length || line[used] != '-')
        {
            return false;
        }

        line = line[(used + 1)..];
        if (!Utf8Parser.TryParse(line, out mapping.End, out used, 'x') || mapping.End <= mapping.Start
            || line.Length < used + 6 || line[used] != ' ')
        {
            return false;
        }

        mapping.IsShared = line[used + 4] is (byte)'s' or (byte)'S';
        var fields = new FieldReader(line[(used + 5)..]);
        mapping.Offset = fields.Next();
        mapping.Tail = fields.Rest;
        mapping.Device = fields.Next();
        if (!fields.TryNumber(out mapping.Inode))
        {
            return false;
        }

        mapping.Path = FieldReader.WithoutSpaces(fields.Rest);
        return true;
    }
}
