using System.Globalization;
using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits by the cluster of PostgreSQL that a process descends from; or makes each process of one a group of its own.</summary>
/// <param name="clusters">The clusters.</param>
/// <param name="byProcess">True for each process.</param>
internal sealed class PostgresSplit(IReadOnlyList<ServerCluster> clusters, bool byProcess) : Split
{
    private static readonly GroupKey Others = new(null, "Other");

    private readonly Dictionary<MemProcess, int> postmasters = clusters
        .SelectMany(cluster => cluster.Members.Keys.Select(process => (process, cluster.Postmaster.Id)))
        .ToDictionary(one => one.process, one => one.Id);

    /// <inheritdoc/>
    public override string Name => "PostgreSQL";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
    {
        if (!postmasters.TryGetValue(process, out int postmaster))
        {
            return Others;
        }

        int id = byProcess ? process.Id : postmaster;
        return new GroupKey(id, id.ToString(CultureInfo.InvariantCulture));
    }
}
