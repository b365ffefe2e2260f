using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Whoever may write to the folder that a control group lies in may have named it; in real control groups.</summary>
public sealed class ControlGroupOwnerTests : IDisposable
{
    private const string User = "65534";

    private readonly string top = $"linuxmem-owner-{Environment.ProcessId}";
    private readonly List<string> folders = [];

    public void Dispose() => Enumerable.Reverse(folders).Where(Directory.Exists).ToList().ForEach(Directory.Delete);

    [Theory]
    [InlineData("")]
    [InlineData("name=systemd")]
    [InlineData("memory")]
    public void The_name_of_a_group_is_of_whoever_may_write_to_a_folder_above_it(string version1)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Not tested: it takes root.");
        string? mount = version1.Length == 0 ? ControlGroups.Unified() : ControlGroups.OfVersion1(version1);
        Assert.SkipWhen(mount is null, $"Not tested: the hierarchy {version1} of version 1 is not mounted.");
        string hierarchy = version1 == "memory" ? version1 : string.Empty;
        string scope = $"docker-{new string('a', 64)}.scope";
        Make(mount!, top);
        Make(mount!, $"{top}/{scope}");
        Make(mount!, $"{top}/given");
        Command.Run("chown", User, $"{mount}/{top}/given");

        // As the user that it was given to.
        folders.Add($"{mount}/{top}/given/{scope}");
        Command.Run("setpriv", "--reuid", User, "--clear-groups", "mkdir", folders[^1]);
        Make(mount!, $"{top}/given/roots");
        Make(mount!, $"{top}/given/roots/{scope}");
        Make(mount!, $"{top}/shared");
        File.SetUnixFileMode($"{mount}/{top}/shared", (UnixFileMode)0b111_111_101);
        Make(mount!, $"{top}/shared/{scope}");
        using Machine machine = Machine.Open();

        Assert.Equal(0, Owner($"{top}/{scope}"));
        Assert.Equal(65534, Owner($"{top}/given/{scope}"));
        Assert.Equal(65534, Owner($"{top}/given/roots/{scope}"));
        Assert.Equal(ControlGroupOwners.Unknown, Owner($"{top}/shared/{scope}"));
        Assert.Equal(ControlGroupOwners.Unknown, Owner($"{top}/gone/{scope}"));
        Assert.Equal(ControlGroupOwners.Unknown, Owner($"../{top}/{scope}"));

        // An engine gives a container in a user namespace its own folder, not the one around it.
        Assert.Equal(0, Owner($"{top}/given"));

        long? Owner(string path) => machine.OwnerOfControlGroup(hierarchy, "/" + path);
    }

    [Fact]
    public void A_group_in_a_folder_that_a_user_was_given_gets_neither_the_name_of_a_container_nor_its_filter()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Not tested: it takes root.");
        string mount = ControlGroups.Unified(), id = new('a', 64), scope = $"docker-{id}.scope";
        Make(mount, top);
        Make(mount, $"{top}/{scope}");
        Make(mount, $"{top}/given");
        Command.Run("chown", User, $"{mount}/{top}/given");
        folders.Add($"{mount}/{top}/given/{scope}");
        Command.Run("setpriv", "--reuid", User, "--clear-groups", "mkdir", folders[^1]);
        string session = $"user.slice/user-1000.slice/session-{Environment.ProcessId}.scope";
        string[] parts = session.Split('/');
        for (int i = 1; i <= parts.Length; i++)
        {
            Make(mount, string.Join('/', parts[..i]));
        }

        Make(mount, $"{session}/libpod-payload-{new string('b', 64)}");
        ControlGroup real = ControlGroup.Of($"/{top}/{scope}"), forged = ControlGroup.Of($"/{top}/given/{scope}"), split = ControlGroup.Of($"/{session}/libpod-payload-{new string('b', 64)}");
        ContainerNames known = ContainerNames.Recorded(new Dictionary<string, ContainerFacts> { [id] = new("web", null), [new string('b', 64)] = new("job", null) });
        using Machine machine = Machine.Open();
        var names = new ControlGroupNames(known, () => [real, forged, split], machine.OwnerOfControlGroup);

        Assert.Equal(("docker:web", "docker:aaaaaaaaaaaa (user 65534)"), (real.ContainerName(names), forged.ContainerName(names)));
        Assert.Equal([forged.Container!.Key], forged.AllContainerNames(names));

        // Root's own, in the session of a user who became root.
        Assert.Equal("podman:job", split.ContainerName(names));

        // No process is in the real one, as when it has stopped.
        Assert.Equal("docker:aaaaaaaaaaaa", forged.ContainerName(new ControlGroupNames(known, () => [forged], machine.OwnerOfControlGroup)));
    }

    private void Make(string mount, string path)
    {
        if (!Directory.Exists($"{mount}/{path}"))
        {
            Directory.CreateDirectory($"{mount}/{path}");
            folders.Add($"{mount}/{path}");
        }
    }
}
