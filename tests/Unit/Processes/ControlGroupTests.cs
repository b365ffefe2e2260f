using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Processes;

/// <summary>The paths of <see cref="ControlGroupPaths"/> say what they are.</summary>
[Beside(Company.Everybody)]
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

    [Fact]
    public void A_container_of_a_user_with_the_id_of_another_has_neither_its_name_nor_is_found_by_it()
    {
        string id = new('a', 64), pod = "5f7a8b1c-0d2e-4f3a-9b8c-7d6e5f4a3b2c";
        string own = "/user.slice/user-1000.slice/user@1000.service";
        ControlGroup real = ControlGroup.Of($"/system.slice/docker-{id}.scope"), forged = ControlGroup.Of($"{own}/docker-{id}.scope"), rootless = ControlGroup.Of($"{own}/user.slice/libpod-{new string('b', 64)}.scope");
        ControlGroup inPod = ControlGroup.Of($"/kubepods.slice/kubepods-pod{pod.Replace('-', '_')}.slice/cri-containerd-{new string('c', 64)}.scope"), forgedPod = ControlGroup.Of($"{own}/kubepods-pod{pod.Replace('-', '_')}.slice/cri-containerd-{new string('d', 64)}.scope");
        ContainerNames known = ContainerNames.Recorded(new Dictionary<string, ContainerFacts> { [id] = new("web", null), [new string('c', 64)] = new("redis", "shop/cart-0") });
        var names = new ControlGroupNames(known, () => [real, forged, rootless, inPod, forgedPod]);

        Assert.Equal("docker:web", real.ContainerName(names));
        Assert.Equal("docker:aaaaaaaaaaaa (user 1000)", forged.ContainerName(names));
        Assert.Equal([forged.Container!.Key], forged.AllContainerNames(names));
        Assert.Contains("web", real.AllContainerNames(names));
        Assert.Equal(("podman:bbbbbbbbbbbb", "bbbbbbbbbbbb"), (rootless.ContainerName(names), rootless.AllContainerNames(names).First(text => text.Length == 12)));
        Assert.Equal(("shop/cart-0", $"{pod} (user 1000)"), (inPod.PodName(names), forgedPod.PodName(names)));
        Assert.Equal([forgedPod.Pod!.Value.Key], forgedPod.AllPodNames(names));
        Assert.Equal("docker:aaaaaaaaaaaa", forged.ContainerName(new ControlGroupNames(known, () => [forged])));
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
