using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/PID/environ</c> (proc_pid_environ(5)): the environment the program was started with.</summary>
internal static class EnvironFile
{
    /// <summary>Stands for a value that the snapshot does not contain.</summary>
    public const string MaskedValue = "***";

    /// <summary>
    /// The snapshot's file with the names of the variables whose values it does not contain, each followed by NUL.
    /// </summary>
    public static ReadOnlySpan<byte> MaskedName => "/environ.masked"u8;

    /// <summary>Adds the variables of which only the names are known, and returns those names.</summary>
    public static HashSet<string> AddMasked(Dictionary<string, string> variables, ReadOnlySpan<byte> text)
    {
        var masked = new HashSet<string>(StringComparer.Ordinal);
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)0);
            string name = SurrogateEscape.Decode(end < 0 ? text : text[..end]);
            text = end < 0 ? default : text[(end + 1)..];
            if (variables.TryAdd(name, MaskedValue))
            {
                masked.Add(name);
            }
        }

        return masked;
    }

    /// <summary>
    /// The most bytes of one entry that are kept: the limit of execve(2) (MAX_ARG_STRLEN). A process can write longer
    /// ones into its own environment.
    /// </summary>
    public const int MaxEntry = 128 << 10;

    /// <summary>
    /// Extracts some variables without keeping the others, whose number the process controls. Values are as
    /// <see cref="Parse"/> returns them.
    /// </summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="names">The names to look for.</param>
    /// <param name="found">Receives the values found.</param>
    public static void Find(ReadOnlySpan<byte> text, IReadOnlyCollection<string> names, IDictionary<string, string> found)
    {
        (string Text, byte[] Bytes)[] wanted = [.. names.Select(name => (name, SurrogateEscape.Encode(name)))];
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> entry = NextEntry(ref text);
            int equals = entry.IndexOf((byte)'=');
            if (equals <= 0)
            {
                continue;
            }

            foreach ((string name, byte[] bytes) in wanted)
            {
                if (entry[..equals].SequenceEqual(bytes) && !found.ContainsKey(name))
                {
                    found[name] = SurrogateEscape.Decode(entry[(equals + 1)..]);
                }
            }
        }
    }

    /// <summary>
    /// Parses <c>NAME=value</c> entries separated by NUL. Of duplicates the first counts, as with getenv(3); entries
    /// without <c>=</c> are ignored.
    /// </summary>
    public static Dictionary<string, string> Parse(ReadOnlySpan<byte> text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> entry = NextEntry(ref text);
            int equals = entry.IndexOf((byte)'=');
            if (equals > 0)
            {
                variables.TryAdd(SurrogateEscape.Decode(entry[..equals]), SurrogateEscape.Decode(entry[(equals + 1)..]));
            }
        }

        return variables;
    }

    private static ReadOnlySpan<byte> NextEntry(ref ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        ReadOnlySpan<byte> entry = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return entry[..Math.Min(entry.Length, MaxEntry)];
    }
}
