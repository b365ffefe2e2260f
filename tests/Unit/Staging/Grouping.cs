using System.Globalization;
using System.Text;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Unit.Staging;

/// <summary>A split of the engine, and beside it the same division made by the test.</summary>
/// <param name="Split">The engine's.</param>
/// <param name="KeyOf">The key of a process, found without the engine.</param>
internal sealed record Grouping(Split Split, Func<int, object?> KeyOf)
{
    /// <summary>Every kind of split, for a few processes.</summary>
    public static Grouping[] All(IReadOnlyList<int> pids) =>
    [
        new(new PerProcessSplit(), pid => pid),
        new(new UidSplit(), EffectiveUid),
        new(new EnvironmentSplit(Workload.StageVariable), Stage),
        new(new PidSplit([pids[0]]), pid => pid == pids[0] ? $"pid({pid})" : null),
        new(new WholeSplit(), _ => "All"),
    ];

    private static object EffectiveUid(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal));
        return long.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture);
    }

    /// <summary>Through the youngest thread: the main thread of a process may have ended.</summary>
    private static string? Stage(int pid) =>
        Encoding.UTF8.GetString(File.ReadAllBytes($"{Directory.GetDirectories($"/proc/{pid}/task").Max()}/environ"))
            .Split('\0')
            .FirstOrDefault(entry => entry.StartsWith(Workload.StageVariable + "=", StringComparison.Ordinal))
            ?[(Workload.StageVariable.Length + 1)..];
}
