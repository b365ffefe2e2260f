using System.Globalization;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports;

/// <summary>
/// The names of the groups of a report. What tells groups apart is never their name, so two may have the same: then
/// each name says more, until no two of them show the same.
/// </summary>
internal sealed class GroupNames(IReadOnlyList<GroupKey> keys)
{
    private readonly string[] names = Of(keys);
    private readonly Dictionary<int, string[]> cut = [];

    /// <summary>The name of a group.</summary>
    public string this[int group] => names[group];

    /// <summary>The name of a group as a table shows it: escaped, and where it is wider, without its middle but not like another.</summary>
    /// <param name="group">The place of the group's key.</param>
    /// <param name="cells">The width of the table's column in terminal cells.</param>
    public string Cut(int group, int cells)
    {
        lock (cut)
        {
            if (!cut.TryGetValue(cells, out string[]? shown))
            {
                cut[cells] = shown = CutAll(cells);
            }

            return shown[group];
        }
    }

    /// <summary>The names of groups, in the order of their keys.</summary>
    private static string[] Of(IReadOnlyList<GroupKey> keys)
    {
        string[] names = [.. keys.Select(key => key.Name)];
        var longer = new Queue<string>?[keys.Count];
        bool isChanged = true;
        while (isChanged)
        {
            isChanged = false;
            foreach (int[] same in Alike(names))
            {
                foreach (int i in same)
                {
                    Queue<string> more = longer[i] ??= new Queue<string>(LongerNames(keys[i]));
                    if (more.TryDequeue(out string? name))
                    {
                        isChanged = true;
                        names[i] = name;
                    }
                }
            }
        }

        Number(names, keys);
        return names;
    }

    /// <summary>Groups whose names show the same, as lists of their places.</summary>
    private static int[][] Alike(string[] names)
    {
        var alike = new List<List<int>>();
        var byName = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            if (!byName.TryGetValue(Shown(names[i]), out List<int>? same))
            {
                byName[Shown(names[i])] = same = [];
            }

            same.Add(i);
            if (same.Count == 2)
            {
                alike.Add(same);
            }
        }

        // In the order of the first of each.
        alike.Sort(static (one, other) => one[0].CompareTo(other[0]));
        return [.. alike.Select(same => same.ToArray())];
    }

    /// <summary>What is left alike gets numbers, in an order that does not depend on the figures.</summary>
    private static void Number(string[] names, IReadOnlyList<GroupKey> keys, Func<string, string, string>? append = null)
    {
        int[][] alike = Alike(names);
        HashSet<string> taken = alike.Length == 0 ? [] : [.. names.Select(Shown)];
        foreach (int[] same in alike)
        {
            int number = 0;
            foreach (int i in same.OrderBy(i => Convert.ToString(keys[i].Identity, CultureInfo.InvariantCulture), StringComparer.Ordinal))
            {
                string numbered;
                do
                {
                    string suffix = string.Create(CultureInfo.InvariantCulture, $" ({++number})");
                    numbered = append is null ? names[i] + suffix : append(names[i], suffix);
                }
                while (!taken.Add(Shown(numbered)));
                names[i] = numbered;
            }
        }
    }

    private string[] CutAll(int cells)
    {
        string[] shown = [.. names.Select(name => DisplayWidth.CutMiddle(VisibleText.ForTerminal(name), cells))];
        Number(shown, keys, (name, suffix) => DisplayWidth.CutMiddle(name, Math.Max(1, cells - suffix.Length)) + suffix);
        return shown;
    }

    /// <summary>A name as a table shows it; blanks at its ends do not show there.</summary>
    private static string Shown(string name) => VisibleText.ForTerminal(name).Trim();

    private static IEnumerable<string> LongerNames(GroupKey key) =>
        (key.LongerNames?.Invoke() ?? (key.Value is string text ? [EscapedText.Quote(text)] : [])).Select(BoundedText.Name);
}
