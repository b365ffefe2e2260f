using System.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/vmstat</c> (proc_vmstat(5)): a name and a number on each line; of those that count pages, base pages.</summary>
internal static class VmstatFile
{
    /// <summary>More lines than any kernel has.</summary>
    private const int MaxLines = 1024;

    /// <summary>Longer than any name of a line.</summary>
    private const int MaxName = 64;

    /// <summary>All lines by their names; what is no such line is left out.</summary>
    public static Dictionary<string, long> ParseAll(ReadOnlySpan<byte> text)
    {
        var all = new Dictionary<string, long>(StringComparer.Ordinal);
        while (all.Count < MaxLines && FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            ReadOnlySpan<byte> name = fields.Next();
            if (name.Length is > 0 and <= MaxName && fields.TryNumber(out ulong number) && number <= long.MaxValue)
            {
                all.TryAdd(Encoding.ASCII.GetString(name), (long)number);
            }
        }

        return all;
    }
}
