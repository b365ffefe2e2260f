using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>One line of <c>/proc/sysvipc/shm</c> (proc_sysvipc_shm(5)): a SysV shared memory segment.</summary>
internal struct SysvShmFile
{
    public int Key;
    public ulong ShmId;

    /// <summary>The size requested by shmget(2), in bytes.</summary>
    public ulong Size;

    /// <summary>Resident bytes.</summary>
    public ulong Resident;

    /// <summary>Swapped bytes.</summary>
    public ulong Swap;

    /// <summary>The mode bits, with <see cref="Destroyed"/> and <see cref="MemoryLocked"/>.</summary>
    public uint Permissions;

    /// <summary>The pid of the creator.</summary>
    public int CreatorPid;

    /// <summary>The pid of the last shmat(2) or shmdt(2).</summary>
    public int LastPid;

    /// <summary>The number of attaches.</summary>
    public long Attached;

    public uint Uid;
    public uint Gid;
    public uint CreatorUid;
    public uint CreatorGid;

    /// <summary>The time of the last attach, detach or change, in seconds since 1970; 0 for never.</summary>
    public long AttachTime;

    /// <inheritdoc cref="AttachTime"/>
    public long DetachTime;

    /// <inheritdoc cref="AttachTime"/>
    public long ChangeTime;

    /// <summary>SHM_DEST: removed, but still attached.</summary>
    public const uint Destroyed = 0x200;

    /// <summary>SHM_LOCKED: locked in memory, never swapped.</summary>
    public const uint MemoryLocked = 0x400;

    /// <summary>Reads the segments; null when the kernel has no SysV shared memory, or the table cannot be read to its end.</summary>
    public static StructList<SysvShmFile>? Read(ProcTree root) => Read(root, "sysvipc/shm\0"u8);

    /// <summary>The same of a table with another name, which ends with a NUL byte.</summary>
    public static StructList<SysvShmFile>? Read(ProcTree root, ReadOnlySpan<byte> name)
    {
        // With 16 million segments (ipcmni_extend) the table has gigabytes.
        using OpenedFile file = root.Open(name);
        if (!file.IsOpen)
        {
            return null;
        }

        var lines = new LineStream(file, new byte[16384], FileBounds.Tables, CancellationToken.None);
        var segments = new StructList<SysvShmFile>();
        byte[]? heading = null;
        ulong total = 0;
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (heading is null)
            {
                heading = line.ToArray();
            }
            else
            {
                Add(segments, heading, line, ref total);
            }
        }

        if (heading is not null)
        {
            Add(segments, heading, lines.Rest, ref total);
        }

        // A copy that was cut off within a line has the others.
        return lines.Error is 0 or Errno.EIO ? segments : null;
    }

    /// <summary>Parses the text of the file; columns are identified by the names in its header line.</summary>
    public static StructList<SysvShmFile> Parse(ReadOnlySpan<byte> text)
    {
        var segments = new StructList<SysvShmFile>();
        if (!FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> heading))
        {
            return segments;
        }

        ulong total = 0;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            Add(segments, heading, line, ref total);
        }

        return segments;
    }

    /// <summary>
    /// Adds the segment of a line, unless the line is truncated or has impossible values: half a number would pass for a small
    /// one. The total stays in range, so that sums do not overflow.
    /// </summary>
    private static void Add(StructList<SysvShmFile> segments, ReadOnlySpan<byte> heading, ReadOnlySpan<byte> line, ref ulong total)
    {
        var names = new FieldReader(heading);
        var fields = new FieldReader(line);
        var segment = default(SysvShmFile);
        bool hasId = false;
        bool isWhole = true;
        for (ReadOnlySpan<byte> name = names.Next(); isWhole && !name.IsEmpty; name = names.Next())
        {
            isWhole = fields.TrySigned(out long value) && segment.TrySet(name, value);
            hasId |= name.SequenceEqual("shmid"u8);
        }

        if (hasId && isWhole && segment.Resident + segment.Swap <= long.MaxValue - total)
        {
            total += segment.Resident + segment.Swap;
            segments.Add(segment);
        }
    }

    /// <summary>Converts the digits of the mode, which the kernel writes in octal.</summary>
    private static uint FromOctal(long digits)
    {
        uint value = 0;
        for (int shift = 0; digits > 0 && shift < 30; shift += 3, digits /= 10)
        {
            value |= (uint)(digits % 10) << shift;
        }

        return value;
    }

    /// <summary>
    /// Sets the field of a column; false when the column cannot have that value. Unknown columns are ignored.
    /// </summary>
    private bool TrySet(ReadOnlySpan<byte> column, long value)
    {
        switch (column)
        {
            case var _ when column.SequenceEqual("key"u8):
                Key = unchecked((int)value);
                break;
            case var _ when column.SequenceEqual("shmid"u8):
                ShmId = (ulong)value;
                return value is >= 0 and <= int.MaxValue;
            case var _ when column.SequenceEqual("perms"u8):
                Permissions = FromOctal(value);
                break;
            case var _ when column.SequenceEqual("size"u8):
                // Anybody can create a segment of 8 EiB - 1 (SHM_NORESERVE), though it cannot be attached.
                Size = (ulong)value;
                return value >= 0;
            case var _ when column.SequenceEqual("cpid"u8):
                CreatorPid = unchecked((int)value);
                break;
            case var _ when column.SequenceEqual("lpid"u8):
                LastPid = unchecked((int)value);
                break;
            case var _ when column.SequenceEqual("nattch"u8):
                Attached = value;
                return value >= 0;
            case var _ when column.SequenceEqual("uid"u8):
                Uid = unchecked((uint)value);
                break;
            case var _ when column.SequenceEqual("gid"u8):
                Gid = unchecked((uint)value);
                break;
            case var _ when column.SequenceEqual("cuid"u8):
                CreatorUid = unchecked((uint)value);
                break;
            case var _ when column.SequenceEqual("cgid"u8):
                CreatorGid = unchecked((uint)value);
                break;
            case var _ when column.SequenceEqual("atime"u8):
                AttachTime = value;
                break;
            case var _ when column.SequenceEqual("dtime"u8):
                DetachTime = value;
                break;
            case var _ when column.SequenceEqual("ctime"u8):
                ChangeTime = value;
                break;
            case var _ when column.SequenceEqual("rss"u8):
                Resident = (ulong)value;
                return value >= 0;
            case var _ when column.SequenceEqual("swap"u8):
                Swap = (ulong)value;
                return value >= 0;
        }

        return true;
    }
}
