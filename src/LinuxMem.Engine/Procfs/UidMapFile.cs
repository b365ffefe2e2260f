namespace LinuxMem.Engine.Procfs;

/// <summary>
/// <c>/proc/PID/uid_map</c> (user_namespaces(7)): which users of the reader's user namespace are which inside that of the process.
/// </summary>
internal sealed class UidMapFile
{
    /// <summary>More lines than any kernel takes.</summary>
    private const int MaxLines = 340;

    private readonly List<(uint Inside, uint Outside, uint Count)> ranges = [];

    /// <summary>Parses the text of the file; lines that are not well formed are passed over.</summary>
    public static UidMapFile Parse(ReadOnlySpan<byte> text)
    {
        var map = new UidMapFile();
        while (map.ranges.Count < MaxLines && FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (fields.TryNumber(out ulong inside) && fields.TryNumber(out ulong outside) && fields.TryNumber(out ulong count)
                && inside <= uint.MaxValue && outside <= uint.MaxValue && count is > 0 and <= uint.MaxValue)
            {
                map.ranges.Add(((uint)inside, (uint)outside, (uint)count));
            }
        }

        return map;
    }

    /// <summary>The number that a user has inside; null where nobody there is that user.</summary>
    public uint? Inside(uint outside)
    {
        foreach ((uint first, uint begin, uint count) in ranges)
        {
            if (outside >= begin && outside - begin < count && first <= uint.MaxValue - (outside - begin))
            {
                return first + (outside - begin);
            }
        }

        return null;
    }
}
