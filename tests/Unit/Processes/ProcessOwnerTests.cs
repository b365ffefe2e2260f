using System.Globalization;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Processes;

/// <summary>The effective user and group come from the folder of a process, and are those of its <c>status</c>.</summary>
[Collection(StagedCollection.Name)]
[Beside(Company.Sessions)]
public sealed class ProcessOwnerTests(StagingGround ground)
{
    [Fact]
    public void Owner_is_the_effective_user_also_of_a_process_that_may_not_be_dumped()
    {
        // By changing its user a process loses the right to be dumped, and its files go to root.
        using Workload workload = ground.Start("anon 10 write 0 10 1 uid 65534 fork anon 5 write 0 5 1 end");

        ProcessTable table = ProcessTable.List(Machine.Open());
        foreach (int pid in workload.Pids)
        {
            MemProcess process = table.Processes.Single(process => process.Id == pid);
            (long uid, long gid) = EffectiveIds(pid);
            Assert.Equal(65534, uid);
            Assert.Equal(uid, process.Uid);
            Assert.Equal(gid, process.Gid);
        }
    }

    [Fact]
    public void Owner_of_every_process_is_that_of_its_status()
    {
        int compared = 0;
        foreach (MemProcess process in ProcessTable.List(Machine.Open()).Processes)
        {
            try
            {
                (long uid, long gid) = EffectiveIds(process.Id);
                Assert.Equal((process.Id, (long?)uid, (long?)gid), (process.Id, process.Uid, process.Gid));
                compared++;
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        Assert.True(compared > 0);
    }

    private static (long Uid, long Gid) EffectiveIds(int pid)
    {
        string[] lines = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status"));
        return (Effective("Uid:"), Effective("Gid:"));

        long Effective(string name) => long.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split('\t')[2], CultureInfo.InvariantCulture);
    }
}
