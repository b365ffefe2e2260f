using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

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

    [Fact]
    public void A_user_who_takes_the_id_of_a_container_or_pod_gets_neither_its_name_nor_into_its_filters()
    {
        string id = new('a', 64);
        const string Uid = "0a1b2c3d_1111_2222_3333_444455556666";
        const string Manager = "/user.slice/user-64711.slice/user@64711.service";
        ControlGroup real = ControlGroup.Of($"/system.slice/docker-{id}.scope");
        ControlGroup taken = ControlGroup.Of($"{Manager}/docker-{id}.scope");
        ControlGroup realPod = ControlGroup.Of($"/kubepods.slice/kubepods-pod{Uid}.slice/cri-containerd-{new string('b', 64)}.scope");
        ControlGroup takenPod = ControlGroup.Of($"{Manager}/kubepods.slice/kubepods-pod{Uid}.slice/cri-containerd-{id}.scope");
        ControlGroup rootless = ControlGroup.Of($"{Manager}/docker-{new string('c', 64)}.scope");
        var names = new ControlGroupNames(
            ContainerNames.Recorded(new Dictionary<string, ContainerFacts> { [id] = new("web", "other/pod"), [new string('b', 64)] = new("redis", "shop/cart-0") }),
            () => [takenPod, taken, real, realPod]);

        Assert.Equal("docker:web", real.ContainerName(names));
        Assert.Equal("docker:aaaaaaaaaaaa (user 64711)", taken.ContainerName(names));
        Assert.Empty(real.AllContainerNames(names).Intersect(taken.AllContainerNames(names).Append(taken.ContainerName(names))));
        Assert.Equal("shop/cart-0", realPod.PodName(names));
        Assert.NotEqual("shop/cart-0", takenPod.PodName(names));
        Assert.Equal("docker:cccccccccccc", rootless.ContainerName(names));
        Assert.Contains("cccccccccccc", rootless.AllContainerNames(names));
    }
}
