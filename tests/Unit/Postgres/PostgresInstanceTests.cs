using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Postgres;

/// <summary>Real clusters of PostgreSQL beside what they and the kernel say themselves.</summary>
[Beside(Company.Sessions)]
public sealed class PostgresInstanceTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly string snapshot = Path.Combine(Path.GetTempPath(), $"linuxmem-{Guid.NewGuid():N}.tar.gz");

    public void Dispose() => File.Delete(snapshot);

    [Fact]
    public void Two_clusters_are_told_apart_with_all_that_is_theirs()
    {
        using PostgresCluster.Prepared first = PostgresCluster.Prepare(), second = PostgresCluster.Prepare();
        File.AppendAllText(Path.Combine(first.Data, "postgresql.conf"), "\nwork_mem = '6MB' # here\ninclude_dir 'more'\ncluster_name = 'one two'\n");
        string more = Path.Combine(first.Data, "more");
        Directory.CreateDirectory(more);
        File.WriteAllText(Path.Combine(more, "1.conf"), "max_connections = 37\n");
        File.WriteAllText(Path.Combine(more, "2.not"), "max_connections = 38\n");
        using PostgresCluster one = first.Start(PostgresMemory.Mmap, 48);
        using PostgresCluster other = second.Start(PostgresMemory.SysV);
        one.Query("create table t as select generate_series(1, 200000) n", "select count(*) from t");

        IReadOnlyList<PostgresInstance> all = PostgresReport.Read(new PostgresOptions { IncludeFileCache = true }).Instances;
        PostgresInstance mmap = all.Single(instance => instance.PostmasterPid == one.Postmaster), sysv = all.Single(instance => instance.PostmasterPid == other.Postmaster);

        Assert.Equal((first.Data, second.Data, "postgres", "OK", "OK"), (mmap.DataDirectory, sysv.DataDirectory, mmap.User, mmap.Status, sysv.Status));
        Assert.Equal((48 * MiB, 6 * MiB, 37, 5432), (mmap.SharedBuffers, mmap.WorkMem, mmap.MaxConnections, mmap.Port));
        Assert.Equal((32 * MiB, 4 * MiB, 100), (sysv.SharedBuffers, sysv.WorkMem, sysv.MaxConnections));
        Assert.Equal(("SharedAnonymous", "SysV", "off", "off"), (mmap.SharedKind, sysv.SharedKind, mmap.HugePages, sysv.HugePages));
        Assert.Equal(File.ReadAllText(Path.Combine(first.Data, "PG_VERSION")).Trim(), mmap.Version);
        Assert.InRange(mmap.SharedSize!.Value, 48 * MiB, 64 * MiB);
        Assert.InRange(mmap.SharedMem!.Value, 4 * MiB, mmap.SharedSize.Value);

        // Each process is somebody's, and the kinds add up.
        Assert.Equal(one.Processes().Order(), mmap.ProcessIds);
        Assert.Equal(mmap.Processes, 1 + mmap.Backends + mmap.Autovacuum + mmap.WalSenders + mmap.ParallelWorkers + mmap.BackgroundWorkers + mmap.Auxiliary + mmap.Others);
        Assert.Equal((0, 0, 0), (mmap.Backends, mmap.Others, mmap.Autovacuum));
        Assert.True(mmap.Auxiliary >= 3);

        // The same as the group of its processes.
        using (MemScan scan = MemScan.Begin(new ScanOptions()))
        {
            MemGroup group = scan.Run(scan.Table.Processes, [new PidSplit([.. mmap.ProcessIds])]).Reports[0].Groups.Single(group => group.Key is not null);
            Assert.InRange(mmap.MemHeld!.Value, group.MemHeld!.Value - MiB, group.MemHeld.Value + MiB);
            Assert.InRange(mmap.MemFreed!.Value, group.MemFreed!.Value - MiB, group.MemFreed.Value + MiB);
            Assert.InRange(mmap.Private!.Value, group.MemAnon!.Value - MiB, group.MemAnon.Value + MiB);
        }

        // The table of 7 MiB is in the page cache, too.
        Assert.InRange(mmap.FileCache!.Value, 7 * MiB, 512 * MiB);

        MemSnapshot.Write(new SnapshotOptions { Path = snapshot, SkipOracle = true });
        PostgresInstance recorded = PostgresReport.Read(new PostgresOptions { ProcRoot = snapshot }).Instances.Single(instance => instance.PostmasterPid == one.Postmaster);
        Assert.Equal(
            (mmap.DataDirectory, mmap.Version, mmap.Port, mmap.SharedBuffers, mmap.WorkMem, mmap.SharedKind, mmap.SharedSize, mmap.HugePages, mmap.Processes),
            (recorded.DataDirectory, recorded.Version, recorded.Port, recorded.SharedBuffers, recorded.WorkMem, recorded.SharedKind, recorded.SharedSize, recorded.HugePages, recorded.Processes));
        Assert.InRange(recorded.MemHeld!.Value, mmap.MemHeld!.Value - (2 * MiB), mmap.MemHeld.Value + (2 * MiB));
    }
}
