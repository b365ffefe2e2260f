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
            string name = KernelText.Decode(end < 0 ? text : text[..end]);
            text = end < 0 ? default : text[(end + 1)..];
            if (variables.TryAdd(name, MaskedValue))
            {
                masked.Add(name);
            }
        }

        return masked;
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
            int end = text.IndexOf((byte)0);
            ReadOnlySpan<byte> entry = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            int equals = entry.IndexOf((byte)'=');
            if (equals > 0)
            {
                variables.TryAdd(KernelText.Decode(entry[..equals]), KernelText.Decode(entry[(equals + 1)..]));
            }
        }

        return variables;
    }
}
