using System.Diagnostics;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Processes;

/// <summary>The files that engines keep of their containers: what they tell, and which of them are believed.</summary>
[Beside(Company.Everybody)]
public sealed class EngineFileTests : IDisposable
{
    private const string Id = "3f4e8c1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6";
    private const string Docker = $"var/lib/docker/containers/{Id}/config.v2.json";

    private readonly string root = Directory.CreateTempSubdirectory("linuxmem-engines-").FullName;

    public EngineFileTests() => File.SetUnixFileMode(root, (UnixFileMode)0x1ed);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData(Docker, """{"Name":"/web","Config":{"Labels":{}}}""", "web", null)]
    [InlineData(Docker, """{"Name":"/k8s_redis_cart-0","Config":{"Labels":{"io.kubernetes.container.name":"redis","io.kubernetes.pod.name":"cart-0","io.kubernetes.pod.namespace":"shop"}}}""", "redis", "shop/cart-0")]
    [InlineData("var/lib/containers/storage/overlay-containers/containers.json", $$"""[{"id":"other","names":["x"]},{"id":"{{Id}}","names":["web","second"]}]""", "web", null)]
    [InlineData("var/lib/containers/storage/vfs-containers/volatile-containers.json", $$"""[{"id":"{{Id}}","names":["web"]}]""", "web", null)]
    [InlineData($"run/containerd/io.containerd.runtime.v2.task/k8s.io/{Id}/config.json", """{"annotations":{"io.kubernetes.cri.container-type":"container","io.kubernetes.cri.container-name":"redis","io.kubernetes.cri.sandbox-name":"cart-0","io.kubernetes.cri.sandbox-namespace":"shop"}}""", "redis", "shop/cart-0")]
    [InlineData($"run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/{Id}/config.json", """{"annotations":{"io.kubernetes.cri.container-type":"sandbox","io.kubernetes.cri.sandbox-name":"cart-0","io.kubernetes.cri.sandbox-namespace":"shop"}}""", "sandbox", "shop/cart-0")]
    [InlineData($"run/containerd/io.containerd.runtime.v2.task/default/{Id}/config.json", """{"annotations":{"nerdctl/name":"web"}}""", "web", null)]
    [InlineData($"run/runc/{Id}/state.json", """{"config":{"labels":["bundle=/x","io.kubernetes.container.name=redis","io.kubernetes.pod.name=cart-0","io.kubernetes.pod.namespace=shop"]}}""", "redis", "shop/cart-0")]
    public void They_tell_the_name_and_the_pod(string file, string text, string name, string? pod)
    {
        NeedsRoot();
        Write(file, text);

        Assert.Equal(new ContainerFacts(name, pod), Names().Of(Id));
        Assert.Null(Names().Of(Id[1..] + "0"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"Name\":5}")]
    [InlineData("{\"Name\":\"\\uD800\"}")]
    [InlineData("{\"Config\":{\"Labels\":[]}}")]
    public void What_is_not_of_their_form_tells_nothing(string text)
    {
        NeedsRoot();
        Write(Docker, text);

        Assert.Null(Names().Of(Id));
    }

    [Theory]
    [InlineData("chown 65534 FILE")]
    [InlineData("chmod g+w FILE")]
    [InlineData("chmod o+w FOLDER")]
    [InlineData("chmod 1777 FOLDER")]
    [InlineData("chown 65534 FOLDER")]
    [InlineData("chown 65534 ROOT")]
    [InlineData("chmod g+w ROOT/var")]
    [InlineData("mv FILE FILE.real && ln -s FILE.real FILE")]
    [InlineData("mv FOLDER FOLDER.real && ln -s FOLDER.real FOLDER")]
    [InlineData("rm FILE && mkfifo FILE")]
    [InlineData("rm FILE && mkdir FILE")]
    [InlineData("truncate -s 5M FILE")]
    public void Only_files_that_nobody_but_root_can_have_written_are_read(string change)
    {
        NeedsRoot();
        Write(Docker, """{"Name":"/web"}""");
        Assert.Equal("web", Names().Of(Id)?.Name);
        string file = Path.Combine(root, Docker);
        Command.Run("sh", "-c", change.Replace("FILE", file, StringComparison.Ordinal).Replace("FOLDER", Path.GetDirectoryName(file), StringComparison.Ordinal).Replace("ROOT", root, StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();

        Assert.Null(Names().Of(Id));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_name_is_kept_as_it_is_and_shown_escaped_and_one_beyond_measure_is_none()
    {
        NeedsRoot();
        Write(Docker, "{\"Name\":\"/\\u001b[31mweb\"}");
        ControlGroup group = ControlGroup.Of($"/docker/{Id}");
        var names = new ControlGroupNames(Names(), () => [group]);

        Assert.Equal("docker:\u001b[31mweb", group.ContainerName(names));
        Assert.Equal("docker:\\x1B[31mweb", VisibleText.ForTerminal(group.ContainerName(names)!));

        Write(Docker, $"{{\"Name\":\"/{new string('x', 300)}\"}}");
        Assert.Equal("docker:3f4e8c1a2b3c", group.ContainerName(new ControlGroupNames(Names(), () => [group])));
    }

    [Fact]
    public void An_id_leads_nowhere_else()
    {
        NeedsRoot();
        Write("var/lib/docker/config.v2.json", """{"Name":"/web"}""");

        Assert.Null(Names().Of("..".PadRight(64, '/')));
        Assert.Null(Names().Of(new string('a', 200)));
    }

    [Fact]
    public void A_call_that_does_not_return_is_left_behind()
    {
        using var end = new ManualResetEventSlim();
        var clock = Stopwatch.StartNew();

        Assert.Null(BriefCall.Run(() => { end.Wait(); return "late"; }, TimeSpan.FromMilliseconds(100), out bool isLate));
        Assert.True(isLate);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        end.Set();
        Assert.Equal("x", BriefCall.Run(() => "x", out isLate));
        Assert.False(isLate);
    }

    private static void NeedsRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "Not tested: needs root.");

    private EngineContainerNames Names() => new(() => FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(root), 0]));

    private void Write(string file, string text)
    {
        string path = Path.Combine(root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
