using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/PID/fdinfo/N</c> (proc_pid_fdinfo(5)): on which mount an open file lies, and its inode (Linux 5.14).</summary>
internal static class FdinfoFile
{
    /// <summary>Writes the path below the process's folder, with a NUL byte behind.</summary>
    public static ReadOnlySpan<byte> Path(Span<byte> buffer, int number) => Path(buffer, "fdinfo/"u8, number);

    /// <summary>The same of a descriptor of our own.</summary>
    public static ReadOnlySpan<byte> OwnPath(Span<byte> buffer, int number) => Path(buffer, "/proc/self/fdinfo/"u8, number);

    /// <summary>Reads mount and inode; false when the descriptor is gone or the kernel does not tell.</summary>
    /// <param name="opened">The file, which is closed.</param>
    /// <param name="mount">The number of the mount.</param>
    /// <param name="inode">The inode.</param>
    public static bool TryRead(OpenedFile opened, out int mount, out ulong inode)
    {
        mount = 0;
        inode = 0;
        using OpenedFile file = opened;
        Span<byte> buffer = stackalloc byte[256];
        int n = file.IsOpen ? file.ReadAt(buffer, 0) : 0;
        return n > 0 && TryParse(buffer[..n], out mount, out inode);
    }

    /// <summary>Parses the front of the file, where these lines stand.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out int mount, out ulong inode)
    {
        mount = 0;
        inode = 0;
        bool hasMount = false, hasInode = false;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (line.StartsWith("mnt_id:"u8))
            {
                var fields = new FieldReader(line[7..]);
                hasMount = fields.TryNumber(out ulong id) && id <= int.MaxValue;
                mount = hasMount ? (int)id : 0;
            }
            else if (line.StartsWith("ino:"u8))
            {
                var fields = new FieldReader(line[4..]);
                hasInode = fields.TryNumber(out inode);
            }
        }

        return hasMount && hasInode;
    }

    private static ReadOnlySpan<byte> Path(Span<byte> buffer, ReadOnlySpan<byte> folder, int number)
    {
        folder.CopyTo(buffer);
        Utf8Formatter.TryFormat(number, buffer[folder.Length..], out int length);
        buffer[folder.Length + length] = 0;
        return buffer[..(folder.Length + length + 1)];
    }
}
