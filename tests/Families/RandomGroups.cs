using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Families;

/// <summary>A division of processes into groups that have numbers.</summary>
/// <param name="name">The title.</param>
/// <param name="groupOf">The number of each process's group.</param>
internal sealed class RandomGroups(string name, IReadOnlyDictionary<int, int> groupOf) : Split
{
    /// <summary>The group of each process.</summary>
    public IReadOnlyDictionary<int, int> GroupOf => groupOf;

    public override string Name => name;

    public override ProcessFacts Facts => ProcessFacts.None;

    /// <summary>Each by itself, all together, and some divisions that the seed makes.</summary>
    public static RandomGroups[] Of(IReadOnlyList<int> pids, ulong seed)
    {
        const int Divisions = 3;
        var random = new Random((int)(seed % int.MaxValue));
        return
        [
            new("each", pids.ToDictionary(pid => pid, pid => pid)),
            new("all", pids.ToDictionary(pid => pid, _ => 0)),
            .. Enumerable.Range(1, Divisions).Select(i =>
            {
                int groups = random.Next(1, pids.Count + 1);
                return new RandomGroups($"division {i}", pids.ToDictionary(pid => pid, _ => random.Next(groups)));
            }),
        ];
    }

    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree) =>
        new GroupKey(groupOf[process.Id], groupOf[process.Id].ToString(CultureInfo.InvariantCulture));
}
