using System.Text;
using LinuxMem.Engine.Postgres;

namespace LinuxMem.Unit.Postgres;

/// <summary>The texts of PostgreSQL: files of settings, arguments, titles of processes.</summary>
[Beside(Company.Everybody)]
public class ServerTextTests
{
    [Theory]
    [InlineData("shared_buffers = 128MB", "shared_buffers", "128MB")]
    [InlineData("  Shared_Buffers=16384 # a comment", "shared_buffers", "16384")]
    [InlineData("work_mem 4MB#x", "work_mem", "4MB")]
    [InlineData("include 'it''s.conf'", "include", "it's.conf")]
    [InlineData("cluster_name = 'a # b' # c", "cluster_name", "a # b")]
    [InlineData("ext.setting = on", "ext.setting", "on")]
    [InlineData("shared_buffers = '1GB'\r", "shared_buffers", "1GB")]
    [InlineData("# shared_buffers = 1GB", null, null)]
    [InlineData("shared_buffers", null, null)]
    [InlineData("shared_buffers = 'open", null, null)]
    [InlineData("= 5", null, null)]
    [InlineData("\u0001\u0002\u0003", null, null)]
    public void A_line_of_settings_is_read_as_the_server_reads_it(string line, string? name, string? value)
    {
        List<(string Name, string Value)> found = ConfigurationFile.Read(Encoding.UTF8.GetBytes(line + "\n"));
        Assert.Equal(name is null ? [] : [(name, value!)], found);
    }

    [Theory]
    [InlineData("128MB", 8192, 128L << 20)]
    [InlineData("16384", 8192, 128L << 20)]
    [InlineData("1.5GB", 8192, 3L << 29)]
    [InlineData("0x10", 1024, 16384L)]
    [InlineData("512kB", 1024, 512L << 10)]
    [InlineData("2 MB", 1024, 2L << 20)]
    [InlineData("1TB", 8192, 1L << 40)]
    [InlineData("9999999999999999TB", 8192, null)]
    [InlineData("-1", 8192, null)]
    [InlineData("much", 8192, null)]
    [InlineData(null, 8192, null)]
    public void Sizes_have_the_units_of_the_server(string? text, long unit, long? bytes) => Assert.Equal(bytes, SettingValue.Size(text, unit));

    [Fact]
    public void Arguments_set_what_they_set_for_the_server()
    {
        var settings = new Dictionary<string, string>();
        ServerArguments.Read(["postgres", "-D", "/data", "-c", "Config-File=/etc/x.conf", "-cwork_mem=1MB", "--shared-buffers=2GB", "-p5433", "-N", "7", "-i", "-B", "100", "-c"], settings);
        Assert.Equal(
            new Dictionary<string, string> { ["-D"] = "/data", ["config_file"] = "/etc/x.conf", ["work_mem"] = "1MB", ["shared_buffers"] = "100", ["port"] = "5433", ["max_connections"] = "7" },
            settings);
    }

    [Theory]
    [InlineData("postgres: checkpointer ", "", "Auxiliary")]
    [InlineData("postgres: 15/main: checkpointer ", "15/main", "Auxiliary")]
    [InlineData("postgres: two words: walwriter ", "two words", "Auxiliary")]
    [InlineData("postgres: 15/main: walwriter ", null, "Auxiliary")]
    [InlineData("postgres: app shop 10.0.0.7(51544) idle in transaction", "", "Backend")]
    [InlineData("postgres: main: my user my db [local] SELECT", "main", "Backend")]
    [InlineData("postgres: app shop [local] ", null, "Backend")]
    [InlineData("postgres: app shop ::1(51544) idle", "", "Backend")]
    [InlineData("postgres: autovacuum launcher ", "", "Autovacuum")]
    [InlineData("postgres: autovacuum worker shop", "", "Autovacuum")]
    [InlineData("postgres: autovacuum worker process   shop", "", "Autovacuum")]
    [InlineData("postgres: walsender repl 10.0.0.9(4) streaming 0/3000148", "", "WalSender")]
    [InlineData("postgres: wal sender process repl 10.0.0.9(4) streaming 0/3", "", "WalSender")]
    [InlineData("postgres: parallel worker for PID 4711 ", "", "Parallel")]
    [InlineData("postgres: bgworker: parallel worker for PID 4711   ", null, "Parallel")]
    [InlineData("postgres: bgworker: logical replication launcher  ", null, "BackgroundWorker")]
    [InlineData("postgres: logical replication launcher ", "", "BackgroundWorker")]
    [InlineData("postgres: pg_cron launcher ", "", "BackgroundWorker")]
    [InlineData("postgres: io worker 2", "", "Auxiliary")]
    [InlineData("cp /wal/1 /archive/1", "", "Other")]
    [InlineData("/usr/lib/postgresql/15/bin/postgres -D /data", "", "Other")]
    [InlineData("", null, "Other")]
    [InlineData(null, null, "Other")]
    public void The_title_of_a_process_tells_its_kind(string? title, string? cluster, string kind) => Assert.Equal(kind, ServerTitle.Of(title, cluster).ToString());
}
