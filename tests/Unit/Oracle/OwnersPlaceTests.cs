using System.Globalization;
using System.Text.Json;
using LinuxMem.Engine.Oracle;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Hostile;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Oracle;

/// <summary>What is run on a user's account gets nothing that is root's.</summary>
public class OwnersPlaceTests
{
    private const string Key = "linuxmem-oracle-test";

    [Fact]
    public void A_key_in_our_session_keyring_is_out_of_reach()
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(Command.Exists("keyctl"), "needs keyctl (keyutils)");
        using var staged = new StagedInstance("KR1");
        staged.RunFirst($"keyctl print \"$(keyctl search @s user {Key})\" > \"$ORACLE_HOME/seen/key\" 2>&1");

        JsonElement row = Row("KR1", "keyctl", "session", "-", "sh", "-c", $"keyctl add user {Key} a-secret-of-root @s >&2 && keyctl print \"$(keyctl search @s user {Key})\" >&2 && exec \"$@\"", "sh");

        Assert.Equal("Open", row.GetProperty("status").GetString());
        Assert.DoesNotContain("a-secret-of-root", staged.Seen("key"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-all", "CapBnd:\t0000000000000000")]
    [InlineData("-setuid,-kill", null)]
    public void Its_programs_can_gain_no_capability_that_its_owners_cannot(string bounds, string? expected)
    {
        Rights.RequireSetPriv();
        using var staged = new StagedInstance("BS1", through: ["--bounding-set=" + bounds]);

        Assert.Equal("Open", Ask("BS1").Status);

        string own = Line(File.ReadAllText(Path.Combine("/proc", Text(staged.Pid), "status")), "CapBnd:");
        Assert.Equal(expected ?? own, own);
        Assert.Equal(own, Line(staged.Seen("status"), "CapBnd:"));
    }

    [Fact]
    public void Its_limits_are_its_owners()
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(Command.Exists("prlimit"), "needs prlimit (util-linux)");
        using var staged = new StagedInstance("RL1", through: ["prlimit", "--nofile=100:200", "--nproc=5000:6000", "--as=3000000000:4000000000", "--core=4096:8192", "--memlock=0:0"]);

        Assert.Equal("Open", Ask("RL1").Status);

        // The one difference: no core file unless the program asks for it.
        string[] own = File.ReadAllLines(Path.Combine("/proc", Text(staged.Pid), "limits"));
        string[] its = staged.Seen("limits").TrimEnd('\n').Split('\n');
        Assert.Contains(its, line => line.StartsWith("Max open files            100                  200 ", StringComparison.Ordinal));
        Assert.Contains(its, line => line.StartsWith("Max core file size        0                    8192 ", StringComparison.Ordinal));
        Assert.Equal(own.Where(line => !line.StartsWith("Max core", StringComparison.Ordinal)), its.Where(line => !line.StartsWith("Max core", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_counts_in_its_owners_control_groups()
    {
        Rights.RequireSetPriv();
        using var unified = new StagedControlGroup(ControlGroups.Unified());
        using StagedControlGroup? memory = ControlGroups.OfVersion1("memory") is string mount ? new StagedControlGroup(mount) : null;
        using var staged = new StagedInstance("CG1");
        unified.Add(staged.Pid);
        memory?.Add(staged.Pid);

        Assert.Equal("Open", Ask("CG1").Status);

        string own = File.ReadAllText(Path.Combine("/proc", Text(staged.Pid), "cgroup"));
        Assert.Contains("0::" + unified.Name, own, StringComparison.Ordinal);
        Assert.Equal(own, staged.Seen("cgroup"));
    }

    [Fact]
    public void Our_login_id_oom_score_and_priority_are_not_its()
    {
        Rights.RequireSetPriv();
        Assert.SkipUnless(File.Exists("/proc/self/loginuid"), "needs a kernel with auditing");
        using var staged = new StagedInstance("LI1");

        JsonElement row = Row("LI1", "sh", "-c", "echo 4242 > /proc/self/loginuid && echo 300 > /proc/self/oom_score_adj && exec nice -n -7 \"$@\"", "sh");

        Assert.Equal("Open", row.GetProperty("status").GetString());
        foreach (string file in new[] { "loginuid", "oom_score_adj" })
        {
            Assert.Equal(File.ReadAllText(Path.Combine("/proc", Text(staged.Pid), file)).Trim(), staged.Seen(file).Trim());
        }

        Assert.Equal("0", staged.Seen("stat").Split(") ")[1].Split(' ')[16]);
    }

    [Fact]
    public void What_cannot_be_taken_is_told_and_nothing_is_run()
    {
        Rights.RequireSetPriv();
        using var staged = new StagedInstance("NT1");
        var live = Engine.Sources.Machine.Open();
        PmonOwner owner = PmonOwner.Read(live, staged.Pid, Engine.Procfs.ProcessCredentials.Read(live, staged.Pid)!);
        using Engine.Native.Pipe pipe = Engine.Native.Pipe.Create()!;
        Engine.Native.SpawnResult child = Engine.Native.PosixSpawn.Start("/bin/sh"u8.ToArray(), [.. new[] { "sh", "-c", "read -r line" }.Select(Engine.Texts.SurrogateEscape.Encode)], (pipe.ReadEnd, pipe.WriteEnd, pipe.WriteEnd));
        try
        {
            Assert.Equal(Engine.Native.SpawnStep.None, child.Failed);
            string? Taken(PmonOwner wanted) => OwnersPlace.Take(live, child.Pid, wanted);

            Assert.Equal("not asked: its login id could not be taken", Taken(owner with { LoginUid = 4242 }));
            Assert.Equal("not asked: its security label is not ours, and cannot be taken", Taken(owner with { Labels = "system_u:system_r:oracle_t:s0\n\n" }));
            Assert.Equal("not asked: its control group could not be taken: '/linuxmem-none' is in no hierarchy that is mounted here", Taken(owner with { Cgroups = [new("none", "/linuxmem-none")] }));
            Assert.StartsWith("not asked: its control group could not be taken: '/", Taken(owner with { Cgroups = [new("", "/linuxmem-none")] }), StringComparison.Ordinal);
            Assert.StartsWith("not asked: its control group could not be taken: '/../x' is in no", Taken(owner with { Cgroups = [new("", "/../x")] }), StringComparison.Ordinal);
            Assert.Equal("not asked: its control group could not be taken: /proc/PID/cgroup cannot be read", Taken(owner with { Cgroups = null }));
            Assert.StartsWith("not asked: its oom_score_adj could not be taken", Taken(owner with { OomScoreAdjustment = 5000 }), StringComparison.Ordinal);
            Assert.StartsWith("not asked: its priority could not be taken", Taken(owner with { Pid = int.MaxValue }), StringComparison.Ordinal);
            Assert.Equal("not asked: its resource limits could not be taken: /proc/PID/limits cannot be read", Taken(owner with { Limits = null }));
            Assert.StartsWith("not asked: its resource limits could not be taken: 'Max open files'", Taken(owner with { Limits = [.. owner.Limits!.Select((limit, i) => i == 7 ? new(10, 5) : limit)] }), StringComparison.Ordinal);
            Assert.Null(Taken(owner));
        }
        finally
        {
            Assert.True(SessionEnd.Of(live, child.Pid, null, out _));
        }
    }

    [Fact]
    public void Only_programs_that_nobody_but_root_can_change_are_trusted()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-trust-");
        try
        {
            string file = Path.Combine(folder.FullName, "program");
            File.Copy("/bin/true", file);
            Assert.True(TrustedProgram.IsTrusted("/bin/sh"));
            Assert.True(TrustedProgram.IsTrusted(file));
            Assert.False(TrustedProgram.IsTrusted(folder.FullName));
            Assert.False(TrustedProgram.IsTrusted(file + "-none"));

            string link = Path.Combine(folder.FullName, "link");
            File.CreateSymbolicLink(link, file);
            Assert.True(TrustedProgram.IsTrusted(link));
            Command.Run("chmod", "g+w", file);
            Assert.False(TrustedProgram.IsTrusted(file) || TrustedProgram.IsTrusted(link));
            Command.Run("chmod", "g-w", file);
            Command.Run("chown", "65534", file);
            Assert.False(TrustedProgram.IsTrusted(file));
            Command.Run("chown", "0", file);
            Command.Run("chmod", "o+w", folder.FullName);
            Assert.False(TrustedProgram.IsTrusted(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static OracleInstance Ask(string name) =>
        Assert.Single(OracleInstances.Read(new OracleOptions { Wanted = sid => sid == name }));

    /// <summary>The row of an instance, of the command run through other words.</summary>
    private static JsonElement Row(string name, params string[] through)
    {
        Outcome outcome = LinuxMemCommand.Start([.. through, .. LinuxMemCommand.Words, "oracle", "-o", "json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using var document = JsonDocument.Parse(outcome.Output);
        return Assert.Single(document.RootElement.EnumerateArray(), row => row.GetProperty("sid").GetString() == name).Clone();
    }

    private static string Line(string status, string name) => status.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
