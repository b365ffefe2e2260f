using System.Text.RegularExpressions;
using System.Text;

namespace LinuxMem.Engine.Processes;

/// <summary>Derives the name that people know a control group by: the systemd unit, the container, the pod.</summary>
/// <remarks>
/// Knows the cgroup paths of systemd (systemd.slice(5)), Docker, Podman, containerd, CRI-O, Kubernetes and LXC, with
/// the systemd driver (<c>docker-ID.scope</c>) and without (<c>/docker/ID</c>), in both cgroup versions.
/// </remarks>
internal static partial class CgroupName
{
    private const int ShortIdLength = 12;

    /// <summary>
    /// The name, such as <c>sshd.service</c>, <c>docker:3f4e8c1a2b3c</c> or <c>pod:UID/containerd:ID</c>; the path
    /// itself when it has none of the known forms. Container ids are cut to the 12 digits that docker and podman show.
    /// </summary>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string? container = null;
        string? pod = null;
        string? unit = null;
        string? slice = null;
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            string part = parts[i];
            if (ScopedContainer().Match(part) is { Success: true } scoped)
            {
                container = Engine(scoped.Groups["engine"].Value) + ":" + scoped.Groups["id"].Value[..ShortIdLength];
            }
            else if (ContainerId().IsMatch(part))
            {
                container = (i == 0 ? "container" : PlainEngine(parts[i - 1])) + ":" + part[..ShortIdLength];
            }
            else if (Pod().Match(part) is { Success: true } match)
            {
                pod = match.Groups["uid"].Value.Replace('_', '-');
            }
            else if (i + 1 < parts.Length && part == "lxc")
            {
                container = "lxc:" + parts[i + 1];
            }
            else if (part.StartsWith("lxc.payload.", StringComparison.Ordinal))
            {
                container = "lxc:" + part["lxc.payload.".Length..];
            }
            else if (part.EndsWith(".service", StringComparison.Ordinal) || part.EndsWith(".scope", StringComparison.Ordinal))
            {
                unit = Unescape(part);
            }
            else if (part.EndsWith(".slice", StringComparison.Ordinal))
            {
                slice = Unescape(part);
            }
        }

        return pod is not null ? $"pod:{pod}" + (container is null ? "" : "/" + container)
            : container ?? unit ?? slice ?? path;
    }

    [GeneratedRegex("^(?<engine>docker|libpod|crio|cri-containerd|containerd|nerdctl)-(?:conmon-)?(?<id>[0-9a-f]{64})(?:\\.scope)?$", RegexOptions.CultureInvariant)]
    private static partial Regex ScopedContainer();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerId();

    [GeneratedRegex("^(?:kubepods(?:-besteffort|-burstable)?-)?pod(?<uid>[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\\.slice)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pod();

    private static string Engine(string prefix) => prefix switch
    {
        "libpod" => "podman",
        "cri-containerd" or "nerdctl" => "containerd",
        "crio" => "cri-o",
        _ => prefix,
    };

    private static string PlainEngine(string parent) => parent switch
    {
        "docker" => "docker",
        "libpod_parent" or "libpod" => "podman",
        "default" or "k8s.io" => "containerd",
        _ => "container",
    };

    /// <summary>Undoes systemd's <c>\xNN</c> escapes (systemd-escape(1)).</summary>
    private static string Unescape(string unit)
    {
        if (!unit.Contains("\\x", StringComparison.Ordinal))
        {
            return unit;
        }

        var bytes = new List<byte>(unit.Length);
        byte[] text = Texts.SurrogateEscape.Encode(unit);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 3 < text.Length && text[i] == '\\' && text[i + 1] == 'x'
                && byte.TryParse(Encoding.ASCII.GetString(text, i + 2, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out byte value))
            {
                bytes.Add(value);
                i += 3;
            }
            else
            {
                bytes.Add(text[i]);
            }
        }

        return Texts.SurrogateEscape.Decode(bytes.ToArray());
    }
}
