using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LinuxMem.Families;

/// <summary>The kernel's own sums of each mapping (<c>/proc/PID/smaps</c>), in bytes, held against the plain count.</summary>
internal static partial class SmapsSums
{
    /// <summary>What the kernel says otherwise; <paramref name="compared"/> grows by the sums looked at.</summary>
    public static IEnumerable<string> Differences(PlainProcess process, ref int compared)
    {
        var differences = new List<string>();
        Dictionary<string, Dictionary<string, long>> kernel = Read(process.Pid);
        foreach (PlainMapping mapping in process.Mappings)
        {
            Dictionary<string, long> sums = kernel[mapping.Range];
            long huge = sums["Shared_Hugetlb"] + sums["Private_Hugetlb"];
            Same("Rss and Hugetlb", mapping.Pages, sums["Rss"] + huge);

            // The kernel leaves huge pages of hugetlb out of Anonymous; and shared memory in swap has no entries.
            Same("Anonymous", huge > 0 ? 0 : mapping.Anonymous, sums["Anonymous"]);
            Same("Swap", mapping.OfFile ? Math.Min(mapping.Swapped, sums["Swap"] / PlainCount.PageSize) : mapping.Swapped, mapping.OfFile ? mapping.Swapped * PlainCount.PageSize : sums["Swap"]);
            compared += 3;

            void Same(string what, long pages, long bytes)
            {
                if (pages * PlainCount.PageSize != bytes)
                {
                    differences.Add($"process {process.Pid}, mapping {mapping.Range}: the count has {pages * PlainCount.PageSize} bytes of {what}, smaps {bytes}");
                }
            }
        }

        return differences;
    }

    private static Dictionary<string, Dictionary<string, long>> Read(int pid)
    {
        var all = new Dictionary<string, Dictionary<string, long>>();
        Dictionary<string, long>? current = null;
        foreach (string line in Encoding.Latin1.GetString(File.ReadAllBytes($"/proc/{pid}/smaps")).Split('\n'))
        {
            if (Head().Match(line) is { Success: true } head)
            {
                all[head.Groups["range"].Value] = current = [];
            }
            else if (Sum().Match(line) is { Success: true } sum)
            {
                current![sum.Groups["name"].Value] = long.Parse(sum.Groups["kib"].Value, CultureInfo.InvariantCulture) * 1024;
            }
        }

        return all;
    }

    [GeneratedRegex("^(?<range>[0-9a-f]+-[0-9a-f]+) [r-][w-][x-][ps] ")]
    private static partial Regex Head();

    [GeneratedRegex("^(?<name>\\w+): +(?<kib>[0-9]+) kB$")]
    private static partial Regex Sum();
}
