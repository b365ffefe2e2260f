using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Postgres;

/// <summary>
/// The settings of a server, from its files: <c>postgresql.conf</c> with what it includes, <c>postgresql.auto.conf</c>, and over these the
/// postmaster's arguments, as the server itself reads them. How much is read is bounded.
/// </summary>
/// <param name="files">Reads the owner's files.</param>
/// <param name="data">The data directory.</param>
/// <param name="root">The root folder of the postmaster.</param>
internal sealed class ServerSettings(OwnersFile files, FileDescriptor data, FileDescriptor root)
{
    /// <summary>The most bytes of a file.</summary>
    private const int MaxFile = 1 << 20;

    /// <summary>The most files, and how deep one may include another (as the server has it).</summary>
    private const int MaxFiles = 64, MaxDepth = 10;

    private static readonly HashSet<string> Wanted =
    [
        "shared_buffers", "work_mem", "max_connections", "huge_pages", "shared_memory_type", "cluster_name", "port",
    ];

    private readonly Dictionary<string, string> all = new(StringComparer.Ordinal);
    private readonly List<string> missing = [];
    private int count;

    /// <summary>What was not read, as clauses.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Whether all files were read, so that a setting that is not there has its default.</summary>
    public bool IsWhole => missing.Count == 0;

    /// <summary>The value of a setting; null where none is set.</summary>
    public string? this[string name] => all.GetValueOrDefault(name);

    /// <summary>Reads them.</summary>
    /// <param name="arguments">The postmaster's arguments, the program's name first.</param>
    public void Read(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        ServerArguments.Read(arguments, given);
        if (given.TryGetValue("config_file", out string? file))
        {
            Include(file, string.Empty, 0, mustExist: true);
        }
        else if (!Include("postgresql.conf", string.Empty, 0, mustExist: !given.ContainsKey(ServerArguments.DataFolder))
            && given.TryGetValue(ServerArguments.DataFolder, out string? folder) && files.Refusal == "is not there")
        {
            // -D may name the folder of the settings, which tell where the data is.
            Include(folder.TrimEnd('/') + "/postgresql.conf", string.Empty, 0, mustExist: true);
        }

        Include("postgresql.auto.conf", string.Empty, 0, mustExist: false);
        foreach ((string name, string value) in given)
        {
            Take(name, value);
        }
    }

    private bool Include(string path, string folder, int depth, bool mustExist)
    {
        string whole = path.StartsWith('/') || folder.Length == 0 ? path : folder + "/" + path;
        if (depth > MaxDepth || ++count > MaxFiles)
        {
            Miss("there are more files of settings than are read");
            return false;
        }

        byte[]? text = files.Read(Begin(whole), whole, MaxFile);
        if (text is null)
        {
            if (mustExist || files.Refusal != "is not there")
            {
                Miss($"'{whole}' {files.Refusal}");
            }

            return false;
        }

        string here = Path.GetDirectoryName(whole) ?? string.Empty;
        foreach ((string name, string value) in ConfigurationFile.Read(text))
        {
            switch (name)
            {
                case "include":
                    Include(value, here, depth + 1, mustExist: true);
                    break;
                case "include_if_exists":
                    Include(value, here, depth + 1, mustExist: false);
                    break;
                case "include_dir":
                    IncludeAll(value.StartsWith('/') || here.Length == 0 ? value : here + "/" + value, depth + 1);
                    break;
                default:
                    Take(name, value);
                    break;
            }
        }

        return true;
    }

    /// <summary>Files of a folder whose names end with <c>.conf</c> and do not begin with a dot, in the order of their bytes.</summary>
    private void IncludeAll(string folder, int depth)
    {
        using FileDescriptor place = files.OpenFolder(Begin(folder), folder);
        int error = 0;
        List<byte[]> names = place.IsOpen ? Readdir.Names(place, MaxFiles * 4, out error) : [];
        if (!place.IsOpen || error != 0)
        {
            Miss($"'{folder}' {(place.IsOpen ? Errno.Describe(error) : files.Refusal)}");
        }

        foreach (string name in names.Select(name => SurrogateEscape.Decode(name.AsSpan()[..^1])).Where(name => name.EndsWith(".conf", StringComparison.Ordinal) && name[0] != '.').Order(StringComparer.Ordinal))
        {
            Include(name, folder, depth, mustExist: true);
        }
    }

    private FileDescriptor Begin(string path) => path.StartsWith('/') ? root : data;

    private void Take(string name, string value)
    {
        if (Wanted.Contains(name))
        {
            all[name] = value;
        }
    }

    private void Miss(string clause)
    {
        if (missing.Count < 4)
        {
            missing.Add(BoundedText.Name(clause));
        }
    }
}
