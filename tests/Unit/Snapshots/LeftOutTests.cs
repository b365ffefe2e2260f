using LinuxMem.Engine.Oracle;
using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Snapshots;

/// <summary>What a snapshot has no room for is told.</summary>
[Beside(Company.Everybody)]
public class LeftOutTests
{
    [Fact]
    public void What_has_room_needs_no_word()
    {
        var warnings = new List<string>();
        LeftOut.Tell(warnings, 0, "things", 1 << 20, "those of nobody", "There are none.");

        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData(1_300, 0)]
    [InlineData(2_048, 0)]
    [InlineData(2_051, 3)]
    public void Instances_beyond_the_last_are_told_with_their_users(int count, int beyond)
    {
        OracleInstance[] instances = [.. Enumerable.Range(0, count).Select(i => NewInstance($"S{i}", i < 2_048 ? "first" : "last"))];
        var warnings = new List<string>();

        int kept = RecordedInstances.ToJson(instances, warnings).GetArrayLength();

        Assert.Equal(count - beyond, kept);
        Assert.Equal(
            beyond == 0 ? [] : [$"{beyond} of the Oracle instances are not in the snapshot, where all of them may be 2,048 and take 2 MiB: of the users last. Their processes are, but are of no instance there."],
            warnings);
    }

    [Fact]
    public void Instances_with_long_names_are_told_too()
    {
        OracleInstance[] instances = [.. Enumerable.Range(0, 1_000).Select(i => NewInstance($"{i}{new string('x', 4_000)}", "long")), NewInstance("ORCL", "oracle")];
        var warnings = new List<string>();

        int kept = RecordedInstances.ToJson(instances, warnings).GetArrayLength();

        Assert.InRange(kept, 400, 600);
        Assert.StartsWith($"{instances.Length - kept:N0} of the Oracle instances are not in the snapshot, ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains(": of the users long. ", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Clusters_beyond_the_last_are_told_with_their_users()
    {
        using Machine machine = Machine.Open("/proc");
        MemProcess self = ProcessTable.List(machine).Processes.Single(process => process.Id == Environment.ProcessId);
        ServerCluster[] clusters = [.. Enumerable.Range(0, 1_030).Select(i => new ServerCluster(self, new ClusterFacts { PostmasterId = self.Id, Port = i }))];
        var warnings = new List<string>();

        Assert.Equal(1_024, RecordedClusters.ToJson(clusters, warnings).GetArrayLength());
        Assert.Equal([$"6 of the PostgreSQL clusters are not in the snapshot, where all of them may be 1,024 and take 2 MiB: of the users {self.Uid}. Their processes are, but are of no cluster there."], warnings);
    }

    [Fact]
    public void Nobody_is_named_where_no_user_is_known()
    {
        var warnings = new List<string>();
        RecordedInstances.ToJson([.. Enumerable.Range(0, 2_049).Select(i => NewInstance($"S{i}", null))], warnings);

        Assert.Equal(["1 of the Oracle instances is not in the snapshot, where all of them may be 2,048 and take 2 MiB. Their processes are, but are of no instance there."], warnings);
    }

    private static OracleInstance NewInstance(string sid, string? user) => new()
    {
        Sid = sid, User = user, Sga = 1, Pga = 1, Processes = 1, LargePages = null, Status = "OPEN", Home = null, Kind = "instance", PmonPid = 1,
    };
}
