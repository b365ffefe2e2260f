using System.Globalization;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports;

/// <summary>
/// The names that lines of one group show. What tells lines apart is never their name: where two would show the same, they say
/// their inodes, and if need be their devices.
/// </summary>
internal static class MappingTexts
{
    /// <summary>The names, in the order of the lines.</summary>
    public static string[] Of(IReadOnlyList<MappingLineParts> lines)
    {
        string[] texts = [.. lines.Select(line => line.IsDeleted ? line.Text + " (deleted)" : line.Text)];
        TellApart(texts, i => lines[i].Inode is null ? null : string.Create(CultureInfo.InvariantCulture, $" ({(lines[i].Kind == MappedKind.SysV ? "shmid" : "inode")} {lines[i].Inode})"));
        TellApart(texts, i => lines[i].Inode is null ? null : string.Create(CultureInfo.InvariantCulture, $" (device {lines[i].Device >> 32}:{lines[i].Device & uint.MaxValue})"));
        int number = 0;
        for (bool isAlike = true; isAlike;)
        {
            isAlike = TellApart(texts, _ => string.Create(CultureInfo.InvariantCulture, $" ({++number})"));
        }

        return texts;
    }

    /// <summary>Adds to names that show the same; false when there were none.</summary>
    private static bool TellApart(string[] texts, Func<int, string?> more)
    {
        int[][] alike =
        [
            .. Enumerable.Range(0, texts.Length).GroupBy(i => VisibleText.ForTerminal(texts[i]).Trim(), StringComparer.Ordinal).Where(same => same.Skip(1).Any()).Select(same => same.ToArray()),
        ];
        foreach (int i in alike.SelectMany(same => same))
        {
            texts[i] += more(i);
        }

        return alike.Length > 0;
    }
}
