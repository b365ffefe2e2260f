using System.Diagnostics;
using System.Text.Json;
using LinuxMem.Engine.Oracle;
using LinuxMem.Unit.Cli;

namespace LinuxMem.Unit.Oracle;

public class OracleInstanceTests
{
    [Fact]
    public void An_instance_answers_through_its_own_sqlplus()
    {
        Rights.RequireSetPriv();
        using var staged = new StagedInstance("UT1", behaviour: "sga=2000000000 pga=70000000 processes=99 large_pages=FALSE");

        OracleInstance instance = Ask("UT1");

        Assert.Equal("Open", instance.Status);
        Assert.Equal(("UT1", 2000000000L, 70000000L, 99, "False"), (instance.Sid, instance.Sga, instance.Pga, instance.Processes, instance.LargePages));
        Assert.Equal((staged.Home, "ora", staged.Pid), (instance.Home, instance.Kind, instance.PmonPid));
    }

    [Fact]
    public void The_child_has_the_owners_rights_and_nothing_else()
    {
        Rights.RequireSetPriv();
        using var inherited = new InheritedDescriptor();
        using var staged = new StagedInstance("UT2");

        Assert.Equal("Open", Ask("UT2").Status);

        string[] status = staged.Seen("status").Split('\n');
        Assert.Contains("Uid:\t65534\t65534\t65534\t65534", status);
        Assert.Contains("Gid:\t65534\t65534\t65534\t65534", status);
        Assert.Contains("Groups:\t100 200 ", status);
        foreach (string set in new[] { "CapInh", "CapPrm", "CapEff", "CapAmb", "SigBlk", "SigIgn" })
        {
            Assert.Contains($"{set}:\t0000000000000000", status);
        }

        Assert.Equal(
            [
                "HOME=/nowhere", $"LD_LIBRARY_PATH={staged.Home}/lib", "NLS_LANG=AMERICAN_AMERICA.AL32UTF8",
                "ORACLE_HOME=" + staged.Home, "ORACLE_SID=UT2", $"PATH={staged.Home}/bin:/usr/bin:/bin",
            ],
            staged.Seen("environ").TrimEnd('\n').Split('\n').Where(variable => !variable.StartsWith("LINUXMEM_RUN=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.EndsWith("\n-S\n-L\n/ as sysdba\n", staged.Seen("cmdline"), StringComparison.Ordinal);
        Assert.Equal("/\n", staged.Seen("cwd"));

        // A shell holds its script open besides: that one it opened itself.
        string[] descriptors = [.. staged.Seen("fd").Split('\n').Where(line => line.Contains("->", StringComparison.Ordinal) && !line.EndsWith(staged.SqlPlus, StringComparison.Ordinal))];
        Assert.Equal(3, descriptors.Length);
        Assert.All(descriptors, line => Assert.Matches(" [012] -> pipe:", line));

        // Leader of a session of its own.
        string[] stat = staged.Seen("stat").Split(' ');
        Assert.Equal(stat[0], stat[5]);
    }

    [Theory]
    [InlineData("behaviour=denied", "ORA-01017: invalid username/password; logon denied")]
    [InlineData("behaviour=idle", "ORA-01034: ORACLE not available")]
    [InlineData("behaviour=garbage", "output not understood")]
    [InlineData("behaviour=cut", "output not understood")]
    [InlineData("behaviour=megabyte", "output not understood: too long")]
    [InlineData("behaviour=endless", "output not understood: too long")]
    [InlineData("sga=", "output not understood")]
    [InlineData("sga=-5", "output not understood")]
    [InlineData("sga=99999999999999999999", "output not understood")]
    [InlineData("large_pages=\"a b\"", "output not understood")]
    [InlineData("behaviour=banner", "Open")]
    [InlineData("behaviour=leave-behind", "Open")]
    [InlineData("behaviour=hang", "timed out after 2 s")]
    [InlineData("behaviour=flee", "Open")]
    [InlineData("behaviour=flee-and-hang", "timed out after 2 s")]
    public void What_goes_wrong_is_the_status_and_no_process_stays(string behaviour, string status)
    {
        Rights.RequireSetPriv();
        using var staged = new StagedInstance("UT3", uid: 64321, behaviour: behaviour);

        OracleInstance instance = Ask("UT3", timeout: 2);

        Assert.Equal(status, instance.Status);
        Assert.Equal([staged.Pid], ProcessesOf(64321));
        if (status != "Open")
        {
            Assert.Equal((null, null, 1), (instance.Sga, instance.Pga, instance.Processes));
        }
    }

    [Fact]
    public void A_home_without_a_usable_sqlplus_is_told()
    {
        Rights.RequireSetPriv();
        using var staged = new StagedInstance("UT4");
        File.SetUnixFileMode(staged.SqlPlus, UnixFileMode.UserRead);
        string refused = Ask("UT4").Status;
        File.Delete(staged.SqlPlus);

        Assert.Equal($"no sqlplus: {staged.SqlPlus}: Permission denied", refused);
        Assert.Equal($"no sqlplus: {staged.SqlPlus}", Ask("UT4").Status);
    }

    [Fact]
    public void Nothing_is_run_as_root_or_for_what_is_confined()
    {
        Rights.RequireSetPriv();
        using var root = new StagedInstance("UT5", uid: 0);
        using var confined = new StagedInstance("UT6", through: ["setpriv", "--no-new-privs"]);
        using var mixed = new StagedInstance("UT7", uid: 0, through: ["setpriv", "--ruid", "65534"]);

        Assert.Equal("not asked: its pmon process runs as root", Ask("UT5").Status);
        Assert.Equal("not asked: its pmon process is confined", Ask("UT6").Status);
        Assert.Equal("not asked: its pmon process runs as root", Ask("UT7").Status);
        Assert.False(root.WasRun || confined.WasRun || mixed.WasRun);
    }

    [Fact]
    public void One_in_another_namespace_is_not_asked_outside_of_it()
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(LinuxMemCommand.Start(["unshare", "--net", "true"]).ExitCode == 0, "needs unshare (util-linux) and the right to it");
        using var staged = new ContainedInstance("UT8");

        Assert.Equal("not asked: it is in a container (another net namespace)", Ask("UT8").Status);
    }

    [Fact]
    public void A_process_that_changed_its_user_is_not_believed_its_environment()
    {
        // As a set-user-id program does: name and environment are its caller's, the rights are another's.
        Rights.RequireSetPriv();
        Assert.SkipUnless(Staging.Command.Exists("perl"), "needs perl");
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "calls x86-64's setresuid");
        using var staged = new StagedInstance("UT9", uid: 0, perl: "chmod 0777, $ENV{ORACLE_HOME}; syscall(117, 64323, 64323, 64323); open(F, '>', \"$ENV{ORACLE_HOME}/ready\"); close F; sleep 600;");

        Assert.Equal("owner unknown: its pmon process is not who it was started by", Ask("UT9").Status);
        Assert.False(staged.WasRun);
    }

    [Fact]
    public void What_cannot_be_asked_is_measured_by_its_segments_and_processes()
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(Staging.Command.Exists("perl"), "needs perl");
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "calls x86-64's shmget");
        using var staged = new StagedInstance("UTS", behaviour: "behaviour=denied", perl: "$i = syscall(29, 0, 12345678, 0600); syscall(30, $i, 0, 0); syscall(31, $i, 0, 0); open(F, '>', \"$ENV{ORACLE_HOME}/ready\"); close F; sleep 600;");

        OracleInstance instance = Ask("UTS");

        Assert.StartsWith("ORA-01017", instance.Status, StringComparison.Ordinal);
        Assert.Equal((12345678L, null, 1, "False"), (instance.Sga, instance.Pga, instance.Processes, instance.LargePages));
    }

    [Theory]
    [InlineData("a'b\"c;$(touch x)\n`id`", "ho'me \";$(id)\n..")]
    [InlineData("../../etc", "home")]
    [InlineData("A=B", "PATH=x")]
    public void Names_are_data(string sid, string home)
    {
        Rights.RequireSetPriv();
        using var staged = new StagedInstance(sid, homeName: home);

        OracleInstance instance = Ask(sid);

        Assert.Equal("Open", instance.Status);
        Assert.Contains($"ORACLE_SID={sid}\n", staged.Seen("environ"), StringComparison.Ordinal);
        Assert.Contains($"ORACLE_HOME={staged.Home}\n", staged.Seen("environ"), StringComparison.Ordinal);
        Assert.EndsWith("\n-S\n-L\n/ as sysdba\n", staged.Seen("cmdline"), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_are_asked_at_once_and_come_largest_first()
    {
        Rights.RequireSetPriv();
        using var small = new StagedInstance("MT1", behaviour: "sga=10");
        using var slow = new StagedInstance("MT2", behaviour: "behaviour=hang");
        using var slower = new StagedInstance("MT3", behaviour: "behaviour=hang");
        using var asm = new StagedInstance("+ASMT", behaviour: "sga=30", kind: "asm");
        var clock = Stopwatch.StartNew();

        IReadOnlyList<OracleInstance> instances = OracleInstances.Read(new OracleOptions { Timeout = 3, Wanted = sid => sid.StartsWith("MT", StringComparison.Ordinal) || sid == "+ASMT" });

        Assert.InRange(clock.Elapsed.TotalSeconds, 3, 5.9);
        Assert.Equal(["+ASMT", "MT1", "MT2", "MT3"], instances.Select(instance => instance.Sid));
        Assert.EndsWith("\n/ as sysasm\n", asm.Seen("cmdline"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_ordinary_user_asks_his_own_instances_only()
    {
        Rights.RequireSetPriv();
        using var own = new StagedInstance("OT1");
        using var others = new StagedInstance("OT2", uid: 64322);

        Outcome outcome = LinuxMemCommand.Start(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. LinuxMemCommand.Words, "oracle", "-o", "json"]);

        Assert.Equal((0, "linuxmem: warning: What the instances hold is not known: the kernel hides frame numbers from this user. Run this as root.\n"), (outcome.ExitCode, outcome.Error));
        using var document = JsonDocument.Parse(outcome.Output);
        JsonElement[] rows = [.. document.RootElement.EnumerateArray().Where(row => row.GetProperty("sid").GetString()!.StartsWith("OT", StringComparison.Ordinal))];
        Assert.Equal(["sid", "sga", "pga", "processes", "large_pages", "status", "user", "home", "kind", "pmon_pid", "mem_held", "mem_freed", "private", "page_tables", "shared_size", "shared_mem", "shared_huge", "shared_files", "swap_held", "container", "ipc_namespace", "time", "computer_name"], rows[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(["Open", "not asked: the environment of its pmon process may not be read"], rows.Select(row => row.GetProperty("status").GetString()));
        Assert.False(others.WasRun);
    }

    [Fact]
    public void A_time_that_makes_no_sense_is_refused()
    {
        Assert.Equal(LinuxMemError.InvalidArgument, Assert.Throws<LinuxMemException>(() => OracleInstances.Read(new OracleOptions { Timeout = 0 })).Kind);
        Assert.Equal(2, LinuxMemCommand.Run("oracle", "--timeout", "3601").ExitCode);
    }

    private static OracleInstance Ask(string name, int timeout = 10) =>
        Assert.Single(OracleInstances.Read(new OracleOptions { Timeout = timeout, Wanted = sid => sid == name }));

    private static int[] ProcessesOf(long uid) =>
        [.. Engine.Processes.ProcessTable.List(Engine.Sources.Machine.Open()).Processes.Where(process => process.RealUid == uid).Select(process => process.Id)];

    /// <summary>A descriptor that programs started by this process would inherit.</summary>
    private sealed class InheritedDescriptor : IDisposable
    {
        private readonly Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle("/etc/passwd");

        public InheritedDescriptor() => Assert.Equal(0, fcntl(file.DangerousGetHandle().ToInt32(), 2, 0));

        public void Dispose() => file.Dispose();

        [System.Runtime.InteropServices.DllImport("libc")]
        private static extern int fcntl(int fd, int command, nint argument);
    }

    /// <summary>A pmon process in a network namespace of its own.</summary>
    private sealed class ContainedInstance : IDisposable
    {
        private readonly Process process;

        public ContainedInstance(string sid)
        {
            process = Process.Start(new ProcessStartInfo("unshare", ["--net", "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "bash", "-c", "exec -a \"$0\" cat", $"ora_pmon_{sid}"]) { RedirectStandardInput = true })!;
            var clock = Stopwatch.StartNew();
            while (File.ReadAllText($"/proc/{process.Id}/cmdline") != $"ora_pmon_{sid}\0")
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "the pmon process did not start");
                Thread.Sleep(5);
            }
        }

        public void Dispose()
        {
            process.Kill();
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)), "the pmon process did not end");
            process.Dispose();
        }
    }
}
