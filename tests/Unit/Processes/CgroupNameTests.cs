using LinuxMem.Engine.Processes;

namespace LinuxMem.Unit.Processes;

public class CgroupNameTests
{
    private const string Id = "3f4e8c1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6";
    private const string Uid = "0a1b2c3d-1111-2222-3333-444455556666";

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/system.slice/sshd.service", "sshd.service")]
    [InlineData("/user.slice/user-1000.slice/session-3.scope", "session-3.scope")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome.Terminal.slice/vte-spawn-1.scope", "vte-spawn-1.scope")]
    [InlineData("/system.slice/system-postgresql.slice/postgresql@15-main.service", "postgresql@15-main.service")]
    [InlineData("/system.slice/dev-disk\\x2dby.service", "dev-disk-by.service")]
    [InlineData("/user.slice/user-1000.slice", "user-1000.slice")]
    [InlineData("/docker/" + Id, "docker:3f4e8c1a2b3c")]
    [InlineData("/system.slice/docker-" + Id + ".scope", "docker:3f4e8c1a2b3c")]
    [InlineData("/system.slice/docker-" + Id + ".scope/init.scope", "docker:3f4e8c1a2b3c")]
    [InlineData("/machine.slice/libpod-" + Id + ".scope/container", "podman:3f4e8c1a2b3c")]
    [InlineData("/machine.slice/libpod-conmon-" + Id + ".scope", "podman:3f4e8c1a2b3c")]
    [InlineData("/libpod_parent/libpod-" + Id, "podman:3f4e8c1a2b3c")]
    [InlineData("/default/" + Id, "containerd:3f4e8c1a2b3c")]
    [InlineData("/kubepods/besteffort/pod" + Uid + "/" + Id, "pod:" + Uid + "/container:3f4e8c1a2b3c")]
    [InlineData("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice/cri-containerd-" + Id + ".scope", "pod:" + Uid + "/containerd:3f4e8c1a2b3c")]
    [InlineData("/kubepods.slice/kubepods-pod0a1b2c3d_1111_2222_3333_444455556666.slice/crio-" + Id + ".scope", "pod:" + Uid + "/cri-o:3f4e8c1a2b3c")]
    [InlineData("/kubepods.slice/kubepods-pod0a1b2c3d_1111_2222_3333_444455556666.slice", "pod:" + Uid)]
    [InlineData("/lxc/web1/init.scope", "lxc:web1")]
    [InlineData("/lxc.payload.web1/system.slice/nginx.service", "lxc:web1")]
    [InlineData("/mygroup/a b", "/mygroup/a b")]
    public void The_name_is_the_one_people_know(string path, string expected) =>
        Assert.Equal(expected, CgroupName.Of(path));
}
