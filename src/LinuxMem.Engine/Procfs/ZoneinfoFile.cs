namespace LinuxMem.Engine.Procfs;

/// <summary>
/// <c>/proc/zoneinfo</c> (proc_zoneinfo(5)): of it, the free pages that each processor keeps for itself, which no other counter has
/// (<c>count</c> below <c>pagesets</c>).
/// </summary>
internal static class ZoneinfoFile
{
    /// <summary>More pages than there can be, so that bytes of them are a number.</summary>
    private const ulong MaxPages = MeminfoFile.MaxBytes >> 20;

    /// <summary>Base pages that processors keep, by NUMA node; null where the text has no list of any processor.</summary>
    public static Dictionary<int, long>? ParseKept(ReadOnlySpan<byte> text)
    {
        Dictionary<int, long>? kept = null;
        int node = 0;
        bool isInLists = false;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            ReadOnlySpan<byte> name = fields.Next();
            if (name.SequenceEqual("Node"u8))
            {
                // "Node 0, zone   Normal"
                node = fields.Next() is { Length: > 1 } number && number[^1] == ',' && System.Buffers.Text.Utf8Parser.TryParse(number[..^1], out int found, out int used) && used == number.Length - 1 && found >= 0 ? found : 0;
                isInLists = false;
            }
            else if (name.SequenceEqual("pagesets"u8))
            {
                isInLists = true;
            }
            else if (isInLists && name.SequenceEqual("count:"u8) && fields.TryNumber(out ulong pages) && pages <= MaxPages)
            {
                kept ??= [];
                kept[node] = Math.Min((long)MaxPages, kept.GetValueOrDefault(node) + (long)pages);
            }
        }

        return kept;
    }
}
