using System.Buffers.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary>One line of <c>/proc/PID/mountinfo</c> (proc_pid_mountinfo(5)): a mount that the process can see.</summary>
internal sealed class MountInfoFile
{
    /// <summary>
    /// The longest line that is read whole, in bytes: source, mount point and subtype of the longest names that mount(2) takes, each
    /// byte of them as an escape.
    /// </summary>
    public const int MaxLine = 1 << 16;

    /// <summary>Bytes that are kept of the mount point of a longer line.</summary>
    private const int MaxCutName = 4096;

    /// <summary>The mount id; reused after an unmount.</summary>
    public required int Id { get; init; }

    /// <summary>
    /// The id of the mount that this one is mounted on; its own id, or one not listed, at the root of the mount tree.
    /// </summary>
    public required int ParentId { get; init; }

    /// <summary>The major part of the file system's device number (<c>st_dev</c> of its files).</summary>
    public required uint Major { get; init; }

    /// <summary>The minor part of that number.</summary>
    public required uint Minor { get; init; }

    /// <summary>What of the file system is mounted; <c>/</c> unless it is a bind mount of a part.</summary>
    public required string Root { get; init; }

    /// <summary>Where it is mounted, seen from the root folder of the process.</summary>
    public required string MountPoint { get; init; }

    /// <summary>The options of the mount, with commas between them.</summary>
    public required string MountOptions { get; init; }

    /// <summary>The kind of file system, with its subtype after a dot (<c>fuse.sshfs</c>).</summary>
    public required string FileSystem { get; init; }

    /// <summary>What was given as the device; may be empty.</summary>
    public required string Source { get; init; }

    /// <summary>The options of the superblock, separated by commas; empty when the kernel shows none.</summary>
    public required string SuperOptions { get; init; }

    /// <summary>
    /// True when the line was too long to be read to its end (<see cref="MaxLine"/>), so that the kind of its file system is not
    /// known, nor the end of its mount point.
    /// </summary>
    public bool IsCut { get; init; }

    /// <summary>
    /// Reads the file line by line, in order, and closes it; malformed lines are skipped. Of mounts other than tmpfs and control
    /// groups, source and options are not kept: a user can mount a thousand FUSE file systems with 16 KiB in each.
    /// </summary>
    /// <param name="opened">The file.</param>
    /// <param name="error">
    /// 0, or the error number; what was read before it is returned. <see cref="FileBounds.Exceeded"/> for more mounts than a machine has.
    /// </param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="allow">Shown the length of each line; false when that is too much. Null for the bounds of <see cref="FileBounds"/> alone.</param>
    public static List<MountInfoFile> Read(OpenedFile opened, out int error, CancellationToken cancellation = default, Func<int, bool>? allow = null)
    {
        var mounts = new List<MountInfoFile>();
        using OpenedFile file = opened;
        if (!file.IsOpen)
        {
            error = file.Error;
            return mounts;
        }

        var lines = new LineStream(file, new byte[MaxLine], FileBounds.Tables, cancellation);
        long kept = 0;
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            cancellation.ThrowIfCancellationRequested();
            kept += line.Length;
            if (mounts.Count >= FileBounds.Mounts || kept > FileBounds.MountTexts || allow?.Invoke(line.Length) == false)
            {
                error = FileBounds.Exceeded;
                return mounts;
            }

            Add(lines.IsCut ? FrontOf(line) : ParseLine(line));
        }

        Add(ParseLine(lines.Rest));

        // A copy may have been cut off within a line: what is before it counts.
        error = lines.Error == Errno.EIO ? 0 : lines.Error;
        return mounts;

        void Add(MountInfoFile? mount)
        {
            if (mount is not null)
            {
                mounts.Add(mount.FileSystem is "tmpfs" or "cgroup" or "cgroup2" ? mount : mount.WithoutOptions());
            }
        }
    }

    /// <summary>Parses the text of the file, in order; malformed lines are skipped.</summary>
    public static List<MountInfoFile> Parse(ReadOnlySpan<byte> text)
    {
        var mounts = new List<MountInfoFile>();
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (ParseLine(line) is MountInfoFile mount)
            {
                mounts.Add(mount);
            }
        }

        return mounts;
    }

    /// <summary>Reads of a line only the mount, its device and the kind of its file system; false when it is malformed.</summary>
    public static bool TryParseDevice(ReadOnlySpan<byte> line, out int id, out uint major, out uint minor, out ReadOnlySpan<byte> fileSystem)
    {
        major = minor = 0;
        fileSystem = default;
        ReadOnlySpan<byte> rest = line;
        if (!TryNumber(Take(ref rest), out id) || !TryNumber(Take(ref rest), out _) || !TryDevice(Take(ref rest), out major, out minor))
        {
            return false;
        }

        // A blank within a field is written as \040, so that only the hyphen between the halves stands alone.
        int hyphen = rest.IndexOf(" - "u8);
        if (hyphen < 0)
        {
            return false;
        }

        rest = rest[(hyphen + 3)..];
        fileSystem = Take(ref rest);
        return !fileSystem.IsEmpty;
    }

    /// <summary>Parses one line; null when it is malformed.</summary>
    public static MountInfoFile? ParseLine(ReadOnlySpan<byte> line)
    {
        // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        // Exactly one space separates fields, because a field (the source) may be empty.
        ReadOnlySpan<byte> rest = line;
        if (!TryNumber(Take(ref rest), out int id)
            || !TryNumber(Take(ref rest), out int parent)
            || !TryDevice(Take(ref rest), out uint major, out uint minor))
        {
            return null;
        }

        ReadOnlySpan<byte> root = Take(ref rest);
        ReadOnlySpan<byte> mountPoint = Take(ref rest);
        ReadOnlySpan<byte> options = Take(ref rest);
        if (mountPoint.IsEmpty || options.IsEmpty)
        {
            return null;
        }

        // Any number of optional fields, ended by a lone hyphen.
        ReadOnlySpan<byte> optional;
        do
        {
            if (rest.IsEmpty)
            {
                return null;
            }

            optional = Take(ref rest);
        }
        while (!optional.SequenceEqual("-"u8));

        ReadOnlySpan<byte> fileSystem = Take(ref rest);
        if (fileSystem.IsEmpty)
        {
            return null;
        }

        ReadOnlySpan<byte> source = Take(ref rest);
        return new MountInfoFile
        {
            Id = id,
            ParentId = parent,
            Major = major,
            Minor = minor,
            Root = Text(root),
            MountPoint = Text(mountPoint),
            MountOptions = Text(options),
            FileSystem = Text(fileSystem),
            Source = Text(source),
            SuperOptions = Text(rest),
        };
    }

    /// <summary>What the front of a line tells that is too long; null when it is malformed.</summary>
    private static MountInfoFile? FrontOf(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line;
        if (!TryNumber(Take(ref rest), out int id)
            || !TryNumber(Take(ref rest), out int parent)
            || !TryDevice(Take(ref rest), out uint major, out uint minor))
        {
            return null;
        }

        Take(ref rest);
        ReadOnlySpan<byte> mountPoint = Take(ref rest);
        return new MountInfoFile
        {
            Id = id,
            ParentId = parent,
            Major = major,
            Minor = minor,
            Root = string.Empty,
            MountPoint = Text(mountPoint.Length > MaxCutName ? mountPoint[..MaxCutName] : mountPoint),
            MountOptions = string.Empty,
            FileSystem = string.Empty,
            Source = string.Empty,
            SuperOptions = string.Empty,
            IsCut = true,
        };
    }

    private MountInfoFile WithoutOptions() => new()
    {
        Id = Id,
        ParentId = ParentId,
        Major = Major,
        Minor = Minor,
        Root = string.Empty,
        MountPoint = MountPoint,
        MountOptions = string.Empty,
        FileSystem = FileSystem,
        Source = string.Empty,
        SuperOptions = string.Empty,
        IsCut = IsCut,
    };

    /// <summary>Undoes the kernel's octal escapes, such as <c>\040</c> for a space.</summary>
    private static string Text(ReadOnlySpan<byte> field)
    {
        if (field.IndexOf((byte)'\\') < 0)
        {
            return SurrogateEscape.Decode(field);
        }

        byte[] bytes = new byte[field.Length];
        int length = 0;
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length
                && field[i + 1] is >= (byte)'0' and <= (byte)'3' && IsOctal(field[i + 2]) && IsOctal(field[i + 3]))
            {
                bytes[length++] = (byte)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0'));
                i += 3;
            }
            else
            {
                bytes[length++] = field[i];
            }
        }

        return SurrogateEscape.Decode(bytes.AsSpan(0, length));
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest)
    {
        int blank = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> field = blank < 0 ? rest : rest[..blank];
        rest = blank < 0 ? default : rest[(blank + 1)..];
        return field;
    }

    private static bool TryDevice(ReadOnlySpan<byte> field, out uint major, out uint minor)
    {
        minor = 0;
        return Utf8Parser.TryParse(field, out major, out int used)
            && used < field.Length
            && field[used] == ':'
            && Utf8Parser.TryParse(field[(used + 1)..], out minor, out int usedAfter)
            && used + 1 + usedAfter == field.Length;
    }

    private static bool TryNumber(ReadOnlySpan<byte> field, out int value) =>
        Utf8Parser.TryParse(field, out value, out int used) && used == field.Length;

    private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';
}
