using System.Buffers.Text;
using System.IO.Enumeration;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// A /proc tree: the live one, another view of it (<c>/host/proc</c> in a container), or a copy in a folder.
/// </summary>
public sealed class ProcRoot
{
    /// <summary>Where the kernel's own /proc is mounted.</summary>
    public const string DefaultPath = "/proc";

    private readonly PlaceHandle place;

    private ProcRoot(string path, PlaceHandle place, bool isLive)
    {
        Path = path;
        this.place = place;
        IsLive = isLive;
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>True for a procfs of the running kernel, false for a copy in ordinary files.</summary>
    public bool IsLive { get; }

    /// <summary>Opens a file below the tree; <paramref name="name"/> ends with a NUL byte.</summary>
    internal Descriptor Open(ReadOnlySpan<byte> name)
    {
        Descriptor file = place.Descriptor.Open(name);
        GC.KeepAlive(place);
        return file;
    }

    /// <summary>Opens a folder below the tree to look up files in it; <paramref name="name"/> ends with a NUL byte.</summary>
    internal Descriptor OpenPlace(ReadOnlySpan<byte> name)
    {
        Descriptor folder = place.Descriptor.OpenPlace(name);
        GC.KeepAlive(place);
        return folder;
    }

    /// <summary>Reads a whole file: see <see cref="ProcFile.ReadAll"/>.</summary>
    internal int ReadAll(ReadOnlySpan<byte> name, ref byte[] buffer)
    {
        int n = ProcFile.ReadAll(place.Descriptor, name, ref buffer);
        GC.KeepAlive(place);
        return n;
    }

    /// <summary>Reads a file that comes in one piece: see <see cref="ProcFile.ReadRecord"/>.</summary>
    internal int ReadRecord(ReadOnlySpan<byte> name, ref byte[] buffer)
    {
        int n = ProcFile.ReadRecord(place.Descriptor, name, ref buffer);
        GC.KeepAlive(place);
        return n;
    }

    /// <summary>Reads the target of a symbolic link; minus the error number when it cannot be read.</summary>
    internal int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        int n = place.Descriptor.ReadLink(name, buffer);
        GC.KeepAlive(place);
        return n;
    }

    /// <summary>Opens a /proc tree.</summary>
    /// <param name="path">The folder; <c>/proc</c> when null.</param>
    /// <exception cref="LinuxMemException">The folder does not exist or holds no processes (<see cref="LinuxMemError.NotProc"/>).</exception>
    public static ProcRoot Open(string? path = null)
    {
        path ??= DefaultPath;
        if (path.Length == 0 || path.Contains('\0'))
        {
            throw new LinuxMemException(LinuxMemError.NotProc, "The /proc folder to read has no usable name. Give the path of a /proc tree, such as /proc.", path);
        }

        Descriptor descriptor = Descriptor.WorkingDirectory.OpenPlace(PathBytes(path));
        if (!descriptor.IsOpen)
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"Cannot open '{path}' as a /proc tree: {Errno.Describe(descriptor.Error)}. Give the path of a /proc tree, such as /proc.", path);
        }

        var root = new ProcRoot(path, new PlaceHandle(descriptor), StatFs.IsProcfs(descriptor));
        if (!root.HoldsProcesses())
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is not a /proc tree: it has no numbered process folder with a 'stat' file in it. Give the path of a /proc tree, such as /proc.", path);
        }

        return root;
    }

    /// <summary>The ids of all processes there are now, in no particular order.</summary>
    internal List<int> ProcessIds() => NumberedFolders(Path);

    /// <summary>The ids of the threads of a process; empty when it is gone.</summary>
    internal List<int> ThreadIds(int pid) => NumberedFolders(System.IO.Path.Combine(Path, pid.ToString(System.Globalization.CultureInfo.InvariantCulture), "task"));

    /// <summary>Writes <c>PID</c> + <paramref name="tail"/> (such as <c>/stat</c>) and a NUL byte; returns what was written.</summary>
    internal static ReadOnlySpan<byte> ProcessPath(Span<byte> buffer, int pid, ReadOnlySpan<byte> tail)
    {
        Utf8Formatter.TryFormat(pid, buffer, out int length);
        tail.CopyTo(buffer[length..]);
        length += tail.Length;
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }

    private static List<int> NumberedFolders(string path)
    {
        try
        {
            return
            [
                .. new FileSystemEnumerable<int>(
                    path,
                    (ref FileSystemEntry entry) => int.Parse(entry.FileName, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture),
                    new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true })
                {
                    ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                        entry.FileName[0] is >= '1' and <= '9'
                        && int.TryParse(entry.FileName, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _),
                },
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Also while the folder is read: that of the threads of a process that ends meanwhile says so then.
            return [];
        }
    }

    private static byte[] PathBytes(string path) => [.. KernelText.Encode(path), 0];

    private bool HoldsProcesses()
    {
        byte[] name = new byte[32];
        foreach (int pid in NumberedFolders(Path))
        {
            using Descriptor stat = Open(ProcessPath(name, pid, "/stat"u8));
            if (stat.IsOpen)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Closes the folder when nobody refers to the tree any more: the facts of processes are read for as long
    /// as somebody holds one of them. Calls keep it alive until they have returned.
    /// </summary>
    private sealed class PlaceHandle(Descriptor descriptor)
    {
        ~PlaceHandle() => Descriptor.Dispose();

        public Descriptor Descriptor { get; } = descriptor;
    }
}
