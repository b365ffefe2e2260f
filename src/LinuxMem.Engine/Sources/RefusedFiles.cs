using System.Globalization;
using System.Text;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>Files of a tree of somebody else that were there and were not read, for a warning that names them.</summary>
internal sealed class RefusedFiles
{
    private const int NamedAtMost = 5;

    /// <summary>So many are counted; that is enough to know that the tree is no honest copy.</summary>
    private const int CountedAtMost = 4096;

    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Keeps the name of a file if the error says that it was not opened for what it is.</summary>
    /// <param name="name">Its name below the tree.</param>
    /// <param name="error">The error number; 0 for none.</param>
    public void AddIfStrange(ReadOnlySpan<byte> name, int error)
    {
        string? why = error switch
        {
            Errno.ELOOP => "a symbolic link",
            Errno.EXDEV => "on another mount",
            Errno.ENXIO => "no ordinary file",
            Errno.EOVERFLOW => $"larger than {Procfs.TableBounds.Describe(name.TrimEnd((byte)0))}",
            _ => null,
        };
        if (why is null)
        {
            return;
        }

        lock (gate)
        {
            if (files.Count < CountedAtMost)
            {
                files[Encoding.Latin1.GetString(name.TrimEnd((byte)0))] = why;
            }
        }
    }

    /// <summary>Names them in a sentence; null when there are none.</summary>
    /// <param name="path">The tree.</param>
    public string? Describe(string path)
    {
        lock (gate)
        {
            if (files.Count == 0)
            {
                return null;
            }

            string named = string.Join(", ", files.Take(NamedAtMost).Select(file => $"'{file.Key}' ({file.Value})"));
            string more = files.Count > NamedAtMost ? string.Create(CultureInfo.InvariantCulture, $", and {files.Count - NamedAtMost} more") : string.Empty;
            return $"Not read in '{path}', because only ordinary files beneath it are: {named}{more}.";
        }
    }
}
