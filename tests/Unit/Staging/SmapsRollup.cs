using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>The kernel's own sums for one process (<c>/proc/PID/smaps_rollup</c>), in bytes.</summary>
internal sealed class SmapsRollup
{
    private readonly Dictionary<string, long> values;

    private SmapsRollup(Dictionary<string, long> values) => this.values = values;

    /// <summary>A sum by its name, such as <c>Rss</c>.</summary>
    public long this[string name] => values[name];

    /// <summary>Everything resident: <c>Rss</c> leaves huge pages of hugetlb out.</summary>
    public long Resident => this["Rss"] + this["Shared_Hugetlb"] + this["Private_Hugetlb"];

    public static SmapsRollup Of(int pid) => new(File.ReadAllLines($"/proc/{pid}/smaps_rollup")
        .Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(f => f[0].TrimEnd(':'), f => long.Parse(f[1], CultureInfo.InvariantCulture) * 1024));
}
