using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/PID/environ</c> (proc_pid_environ(5)): the environment the program was started with.</summary>
internal static class EnvironFile
{
    /// <summary>The value of a variable whose own a snapshot does not tell.</summary>
    public const string MaskedValue = "***";

    /// <summary>The file of a snapshot that names the variables of which it does not tell the values, with a NUL byte behind each.</summary>
    public static ReadOnlySpan<byte> MaskedName => "/environ.masked"u8;

    /// <summary>Adds the variables of which only the names are known, and returns their names.</summary>
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
    /// The most bytes of an entry that count: execve(2) allows no longer one (MAX_ARG_STRLEN), but a process can
    /// write one that is. To keep it costs no more than the process itself costs the kernel.
    /// </summary>
    public const int MaxEntry = 128 << 10;

    /// <summary>
    /// Looks for some variables, and keeps no others: whoever starts a process decides how many there are.
    /// Each comes out as <see cref="Parse"/> has it.
    /// </summary>
    /// <param name="text">The file.</param>
    /// <param name="names">The names looked for.</param>
    /// <param name="found">Takes the values of those that are there.</param>
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
    /// Reads <c>NAME=value</c> entries separated by NUL. Where a name stands twice the first counts, as for
    /// getenv(3); entries without <c>=</c> are not variables.
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
