using System.Globalization;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The NUMA nodes of the running kernel, from <c>/sys/devices/system/node</c> and <c>/sys/devices/system/memory</c>
/// (Documentation/ABI/stable/sysfs-devices-node, Documentation/admin-guide/mm/memory-hotplug.rst).
/// </summary>
internal static class NodesFolder
{
    /// <summary>The most nodes that a kernel may have (CONFIG_NODES_SHIFT is 10 at the most).</summary>
    public const int MaxNodes = 1024;

    /// <summary>The most ranges of memory that are kept of a node: more than any machine's blocks make.</summary>
    public const int MaxRanges = 1 << 16;

    /// <summary>The nodes with memory, by ascending number; none where the kernel tells of none.</summary>
    /// <param name="top">The folder that sysfs is mounted at.</param>
    public static NodeMemory[] Read(string top)
    {
        string folder = $"{top}/devices/system/node";
        int[] numbers = Numbers(folder, "node");
        numbers = numbers.Length > MaxNodes ? numbers[..MaxNodes] : numbers;
        ulong block = numbers.Length > 1 ? BlockSize(top) : 0;
        var nodes = new List<NodeMemory>();
        foreach (int number in numbers)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{folder}/node{number}");
            if (SysfsFile.Read($"{place}/meminfo") is byte[] text)
            {
                nodes.Add(new NodeMemory(number, MeminfoFile.ParseAll(text), HugepagesFolder.Pools($"{place}/hugepages"), block == 0 ? [] : Ranges(place, block)));
            }
        }

        return [.. nodes];
    }

    /// <summary>The number behind the word in the name of a folder, such as 12 in <c>memory12</c>; null for any other name.</summary>
    internal static int? NumberOf(string name, string word) =>
        name.Length > word.Length && name.StartsWith(word, StringComparison.Ordinal) && int.TryParse(name.AsSpan(word.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>The numbers after a word in the names of folders, ascending.</summary>
    private static int[] Numbers(string folder, string word)
    {
        var numbers = new List<int>();
        foreach (string name in SysfsFile.Folders(folder))
        {
            if (NumberOf(name, word) is int number)
            {
                numbers.Add(number);
            }
        }

        int[] sorted = [.. numbers];
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>The size of a block of memory in bytes, which the kernel writes in hex; 0 where it does not tell.</summary>
    private static ulong BlockSize(string top) =>
        SysfsFile.Read($"{top}/devices/system/memory/block_size_bytes") is byte[] text
        && ulong.TryParse(System.Text.Encoding.ASCII.GetString(text).AsSpan().Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong size)
            ? size
            : 0;

    /// <summary>The ranges of physical addresses of a node's blocks, by address: each first byte, and the one behind the last.</summary>
    private static ulong[] Ranges(string place, ulong block)
    {
        var ranges = new List<ulong>();
        foreach (int number in Numbers(place, "memory"))
        {
            UInt128 end = ((UInt128)number + 1) * block;
            if (end > ulong.MaxValue)
            {
                break;
            }

            ulong start = (ulong)number * block;
            if (ranges.Count > 0 && ranges[^1] == start)
            {
                ranges[^1] = (ulong)end;
            }
            else if (ranges.Count < 2 * MaxRanges)
            {
                ranges.AddRange([start, (ulong)end]);
            }
        }

        return [.. ranges];
    }
}

/// <summary>What a NUMA node tells of its memory.</summary>
/// <param name="Node">Its number.</param>
/// <param name="Meminfo">The lines of its <c>meminfo</c>, as <see cref="MeminfoFile.ParseAll"/> reads them.</param>
/// <param name="Pools">Its huge pages; nothing is reserved on a node.</param>
/// <param name="Ranges">The physical addresses of its memory, pairs of the first and the one behind the last; none where there is one node only.</param>
internal sealed record NodeMemory(int Node, Dictionary<string, long> Meminfo, HugePageCounts[] Pools, ulong[] Ranges);
