using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>Collects the parts of a machine's memory; the last is what is left of it.</summary>
internal sealed class PartList(long total, Origin origin, IReadOnlyList<NodeMemory> nodes)
{
    /// <summary>In a column of free(1).</summary>
    public const string Used = "used", Free = "free", Cache = "buff/cache", Shared = "shared, buff/cache";

    private readonly List<MemPart> parts = [];

    /// <summary>What all parts so far come to.</summary>
    public long Sum { get; private set; }

    /// <summary>Adds a part.</summary>
    /// <param name="part">Its name.</param>
    /// <param name="bytes">Its size; null where nothing tells. What the arithmetic makes less than nothing is nothing.</param>
    /// <param name="inFree">Which columns of free(1) have it.</param>
    /// <param name="source">What the number rests on.</param>
    /// <param name="see">What tells more.</param>
    /// <param name="inGroups">How much of it groups hold.</param>
    /// <param name="onNode">How much of it a node has; null where nodes do not tell.</param>
    public void Add(string part, long? bytes, string inFree, string source, string see = "", long? inGroups = null, Func<NodeMemory, long?>? onNode = null) =>
        Append(part, bytes is < 0 ? 0 : bytes, inFree, source, see, inGroups, onNode);

    /// <summary>Adds the rest, which may be less than nothing, and returns all.</summary>
    public IReadOnlyList<MemPart> Finish(string part, Func<long, string> source, string see)
    {
        long rest = total - Sum;
        Append(part, rest, Used, source(rest), see, null, null);
        return parts;
    }

    private void Append(string part, long? bytes, string inFree, string source, string see, long? inGroups, Func<NodeMemory, long?>? onNode)
    {
        Sum += bytes ?? 0;
        parts.Add(new MemPart
        {
            Part = part,
            Bytes = bytes,
            Percent = bytes is long size ? Math.Round(size * 100.0 / total, 2) : null,
            InGroups = inGroups,
            InFree = inFree,
            Source = source,
            See = see,
            MemByNode = new(nodes.Count == 1
                ? [new NodeBytes(nodes[0].Node, bytes)]
                : [.. nodes.Select(node => new NodeBytes(node.Node, onNode?.Invoke(node) is long here ? Math.Max(0, here) : null))]),
            Origin = origin,
        });
    }
}
