using System.Text.Json;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Cli;

/// <summary>What reports without a split say of names that nothing has, and what they point to.</summary>
[Beside(Company.Sessions)]
public class ReportNamesTests
{
    private const string OneMapping = "00010000-00011000 rw-p 00000000 00:00 0 \n";

    [Theory]
    [InlineData("cgroups", "There is no control group 'nosuchname'")]
    [InlineData("shared", "There is no shared memory object 'nosuchname'")]
    public void A_name_that_nothing_has_is_told_and_ends_with_1_where_nothing_else_is_found(string command, string message)
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping).Map(0x10000, ProcCopy.Frame(1)).Write("cgroup", "0::/system.slice/a.service\n");

        Outcome none = LinuxMemCommand.Run(command, "--name", "nosuchname", "--name", "nosuch*", "--proc-root", copy.Root);
        Outcome pattern = LinuxMemCommand.Run(command, "--name", "nosuch*", "--proc-root", copy.Root);

        Assert.Equal((1, string.Empty), (none.ExitCode, none.Output));
        Assert.Contains($"linuxmem: {message}", none.Error, StringComparison.Ordinal);
        Assert.Equal((0, string.Empty), (pattern.ExitCode, pattern.Output));
        Assert.DoesNotContain("There is no", pattern.Error, StringComparison.Ordinal);
        Assert.Equal(["[", "]"], LinuxMemCommand.Run(command, "--name", "nosuchname", "--proc-root", copy.Root, "-o", "json").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void What_is_found_beside_a_missing_name_is_shown_and_ends_with_0()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping).Map(0x10000, ProcCopy.Frame(1)).Write("cgroup", "0::/system.slice/a.service\n");

        Outcome some = LinuxMemCommand.Run("cgroups", "--name", "nosuchname", "--name", "a.service", "--proc-root", copy.Root);

        Assert.Equal(0, some.ExitCode);
        Assert.Contains("│ a.service", some.Output, StringComparison.Ordinal);
        Assert.Contains("There is no control group 'nosuchname'", some.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_group_whose_only_process_cannot_be_read_stays_without_our_count_and_the_process_is_named()
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: OneMapping).Map(0x10000, ProcCopy.Frame(1)).Write("cgroup", "0::/user.slice/user-1.slice/dbus.service\n");
        ProcCopy.FixtureProcess unreadable = copy.Add(11, comm: "hidden", maps: OneMapping);
        unreadable.Write("cgroup", "0::/user.slice/user-2.slice/dbus.service\n");
        unreadable.Delete("maps");

        Outcome outcome = LinuxMemCommand.Run("cgroups", "--proc-root", copy.Root, "-o", "json");

        JsonElement[] groups = [.. JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray()];
        JsonElement kept = Assert.Single(groups, group => group.GetProperty("path").GetString()!.Contains("user-2", StringComparison.Ordinal));
        Assert.Equal(2, groups.Select(group => group.GetProperty("name").GetString()).Distinct().Count());
        Assert.Equal((1, JsonValueKind.Null), (kept.GetProperty("procs").GetInt32(), kept.GetProperty("mem_held").ValueKind));
        Assert.Contains("11 (hidden)", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_machine_points_to_are_commands_of_a_shell()
    {
        Outcome outcome = LinuxMemCommand.Run("machine", "--skip-scan", "-o", "json");

        string[] see = [.. JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray().Select(part => part.GetProperty("see").GetString()!)];
        Assert.Contains("linuxmem groups -u, linuxmem processes", see);
        Assert.DoesNotContain(see, text => text.Contains("Get-", StringComparison.Ordinal));
        Assert.All(
            LinuxMemCommand.Run("machine", "--skip-scan").Output.Split('\n').Where(line => line.Contains("iB ", StringComparison.Ordinal)),
            line => Assert.Matches(@"iB │ +\d+\.\d\d │", line));
    }
}
