using System.Globalization;
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

    /// <summary>The snapshot's file that says, by being there, that the environment goes on behind what was read of it.</summary>
    public static ReadOnlySpan<byte> CutName => "/environ.cut"u8;

    /// <summary>Adds variables of which only the names are known, and returns those names.</summary>
    /// <param name="variables">What is known of the environment already.</param>
    /// <param name="text">The names, each followed by NUL.</param>
    /// <param name="wanted">The names to look for; null for all, as far as they are kept (<see cref="MaxVariables"/>).</param>
    public static HashSet<string> AddMasked(Dictionary<string, string> variables, ReadOnlySpan<byte> text, IReadOnlyCollection<string>? wanted = null)
    {
        var masked = new HashSet<string>(StringComparer.Ordinal);
        while (!text.IsEmpty && variables.Count < MaxVariables)
        {
            int end = text.IndexOf((byte)0);
            string name = BoundedText.Decode(end < 0 ? text : text[..end]);
            text = end < 0 ? default : text[(end + 1)..];
            if ((wanted is null || wanted.Contains(name)) && variables.TryAdd(name, MaskedValue))
            {
                masked.Add(name);
            }
        }

        return masked;
    }

    /// <summary>
    /// The most bytes of one entry that are kept: the limit of execve(2) (MAX_ARG_STRLEN). A process can write longer
    /// ones into its own environment; the value then has the mark of a cut (<see cref="BoundedText"/>).
    /// </summary>
    public const int MaxEntry = BoundedText.MaxBytes;

    /// <summary>The most variables of one environment that are kept together; a single one is found wherever it is.</summary>
    public const int MaxVariables = 1 << 13;

    /// <summary>
    /// Extracts some variables without keeping the others, whose number the process controls. Values are as
    /// <see cref="Read"/> returns them.
    /// </summary>
    /// <param name="opened">The file, which is closed.</param>
    /// <param name="names">The names to look for.</param>
    /// <param name="pid">The process, for the text of a value that was not read to its end.</param>
    /// <param name="found">Receives the values found.</param>
    /// <param name="isCut">True when the file goes on behind what was read of it, and not all were found before.</param>
    /// <returns>The number of bytes read, or minus the error number.</returns>
    public static int Find(OpenedFile opened, IReadOnlyCollection<string> names, int pid, IDictionary<string, string> found, out bool isCut)
    {
        using OpenedFile file = opened;
        isCut = false;
        if (!file.IsOpen)
        {
            return -file.Error;
        }

        (string Text, byte[] Bytes)[] wanted = [.. names.Select(name => (name, SurrogateEscape.Encode(name)))];
        var entries = new EntryStream(file, TextBuffer.ForThisThread);
        while (found.Count < wanted.Length && entries.TryNext(out ReadOnlySpan<byte> entry))
        {
            int equals = entry.IndexOf((byte)'=');
            if (equals <= 0)
            {
                continue;
            }

            foreach ((string name, byte[] bytes) in wanted)
            {
                if (entry[..equals].SequenceEqual(bytes) && !found.ContainsKey(name))
                {
                    found[name] = Value(entries, entry[(equals + 1)..], pid);
                }
            }
        }

        isCut = entries.IsCut;
        return entries.Error != 0 ? -entries.Error : entries.Length;
    }

    /// <summary>
    /// Reads <c>NAME=value</c> entries. Of duplicates the first counts, as with getenv(3); entries without <c>=</c> are
    /// ignored, and so is what follows the first <see cref="MaxVariables"/>.
    /// </summary>
    /// <param name="opened">The file, which is closed.</param>
    /// <param name="pid">The process, for the text of a value that was not read to its end.</param>
    /// <param name="read">The number of bytes read, or minus the error number.</param>
    public static Dictionary<string, string> Read(OpenedFile opened, int pid, out int read)
    {
        using OpenedFile file = opened;
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!file.IsOpen)
        {
            read = -file.Error;
            return variables;
        }

        var entries = new EntryStream(file, TextBuffer.ForThisThread);
        while (variables.Count < MaxVariables && entries.TryNext(out ReadOnlySpan<byte> entry))
        {
            int equals = entry.IndexOf((byte)'=');
            if (equals > 0)
            {
                variables.TryAdd(SurrogateEscape.Decode(entry[..equals]), Value(entries, entry[(equals + 1)..], pid));
            }
        }

        read = entries.Error != 0 ? -entries.Error : entries.Length;
        return variables;
    }

    private static string Value(in EntryStream entries, ReadOnlySpan<byte> front, int pid) =>
        entries.IsUnfinished ? BoundedText.Decode(front, entries.Whole, string.Create(CultureInfo.InvariantCulture, $"process {pid}"))
        : entries.IsLong ? BoundedText.Decode(front, entries.Whole, null)
        : SurrogateEscape.Decode(front);
}
