using System.Globalization;

namespace LinuxMem.Engine.Processes;

/// <summary>The name of a group of processes that nothing else names: their own.</summary>
public static class ProcessNames
{
    /// <summary>How many names stand in it.</summary>
    private const int Shown = 3;

    /// <summary>The names of the processes, the most frequent first, and how many there are: <c>postgres (18)</c>.</summary>
    /// <param name="ids">The processes.</param>
    /// <param name="table">The listing.</param>
    /// <param name="known">Names of processes that are not in the listing any more; null for none.</param>
    public static string Of(IReadOnlySet<int> ids, ProcessTable table, IReadOnlyDictionary<int, string>? known = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(table);
        var listed = table.Processes.Where(process => ids.Contains(process.Id)).ToDictionary(process => process.Id, process => process.Comm);
        string[] all = [.. ids.Select(id => listed.GetValueOrDefault(id) ?? known?.GetValueOrDefault(id)).OfType<string>()];
        string[] each = [.. all.GroupBy(name => name, StringComparer.Ordinal).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).Select(same => same.Key)];
        string shown = string.Join(", ", each.Take(Shown));
        string more = each.Length > Shown ? string.Create(CultureInfo.InvariantCulture, $" and {each.Length - Shown} more") : string.Empty;
        int count = listed.Count > 0 ? listed.Count : ids.Count;
        return shown.Length == 0 ? "processes" : count == 1 ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown}{more} ({count})");
    }
}
