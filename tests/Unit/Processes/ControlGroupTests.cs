using LinuxMem.Engine.Processes;

namespace LinuxMem.Unit.Processes;

/// <summary>The paths of <see cref="ControlGroupPaths"/> say what they are.</summary>
public class ControlGroupTests
{
    public static TheoryData<ControlGroupCase> Cases => [.. ControlGroupPaths.All];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void A_path_tells_the_name_people_know_and_what_tells_it_apart(ControlGroupCase seen)
    {
        ControlGroup group = ControlGroup.Of(seen.Path);
        ControlGroupNames ids = ControlGroupNames.None;

        Assert.Equal(
            (seen.Name, seen.Key, seen.Unit, seen.Container, seen.Pod),
            (group.Name(ids), group.Key, group.Unit?.Name, group.ContainerName(ids), group.PodName(ids)));
    }

    [Fact]
    public void No_two_of_them_are_taken_for_one()
    {
        ControlGroupCase[] cases = [.. ControlGroupPaths.All.DistinctBy(seen => seen.Key)];

        Assert.Equal(cases.Length, cases.Select(seen => ControlGroup.Of(seen.Path).Key).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("/system.slice/dbus.service", "dbus.service (system)")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/session.slice/dbus.service", "dbus.service (user 1000)")]
    [InlineData("/machine.slice/systemd-nspawn@web1.service/payload/system.slice/dbus.service", "dbus.service (machine web1)")]
    [InlineData("/machine.slice/systemd-nspawn@web1.service/payload/user.slice/user-1000.slice/user@1000.service/session.slice/dbus.service", "dbus.service (user 1000, machine web1)")]
    [InlineData("/system.slice/slurmstepd.scope/job_12/step_0", "slurm:12 (system)")]
    [InlineData("/slurm/uid_1000/job_12/step_0", "slurm:12 (user 1000)")]
    [InlineData("/lxc.payload.web1", "lxc:web1 (system)")]
    public void A_longer_name_says_whose_it_is_and_the_longest_is_the_path(string path, string longer)
    {
        ControlGroup group = ControlGroup.Of(path);

        Assert.Equal([longer, group.Key], group.LongerNames(ControlGroupNames.None));
    }
}
