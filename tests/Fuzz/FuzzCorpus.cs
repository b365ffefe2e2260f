using System.Globalization;

namespace LinuxMem.Fuzz;

/// <summary>
/// What the inputs are made of: the /proc trees of the repository (tests/Fixtures), which are the same everywhere,
/// and, if asked for, the /proc of the machine, whose files differ from run to run.
/// </summary>
internal sealed class FuzzCorpus
{
    private const int MaxFileBytes = 16 * 1024;
    private const int MaxFiles = 200;

    private readonly List<string> roots = [];

    /// <summary>Finds the trees.</summary>
    /// <param name="withLive">True to add <c>/proc</c>.</param>
    public FuzzCorpus(bool withLive)
    {
        roots.AddRange(Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "fixtures")).Order(StringComparer.Ordinal));
        if (withLive)
        {
            roots.Add("/proc");
        }
    }

    /// <summary>The trees themselves.</summary>
    public IReadOnlyList<string> Roots => roots;

    /// <summary>All files of that name, of the machine and of its processes; an empty one among them.</summary>
    public List<byte[]> Files(string name)
    {
        var files = new List<byte[]> { Array.Empty<byte>() };
        foreach (string root in roots)
        {
            IEnumerable<string> paths = Directory.GetDirectories(root)
                .Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Order(StringComparer.Ordinal)
                .Select(folder => Path.Combine(folder, name))
                .Prepend(Path.Combine(root, name));
            files.AddRange(paths.Select(Read).OfType<byte[]>().Take(MaxFiles));
        }

        return files;
    }

    /// <summary>The lines of all files of that name.</summary>
    public List<byte[]> Lines(string name)
    {
        var lines = new List<byte[]>();
        foreach (byte[] file in Files(name))
        {
            foreach (Range range in file.AsSpan().Split((byte)'\n'))
            {
                lines.Add(file[range]);
            }
        }

        return lines;
    }

    private static byte[]? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] content = new byte[MaxFileBytes];
            return content[..file.ReadAtLeast(content, MaxFileBytes, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
