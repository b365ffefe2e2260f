using System.Text.RegularExpressions;

namespace LinuxMem.Engine.Processes;

/// <summary>What one part of a control group's path tells of a pod, of Kubernetes or of Podman.</summary>
internal static partial class PodPart
{
    /// <summary>The folder of Podman's pods where it has no systemd.</summary>
    public const string PodmanParent = "libpod_parent";

    /// <summary>Digits that Podman shows of a pod's id.</summary>
    private const int ShortIdLength = 12;

    /// <summary>The uid of a pod of Kubernetes; null for any other part.</summary>
    public static string? OfKubernetes(string part) => Kubernetes().Match(part) is { Success: true } pod ? pod.Groups["uid"].Value.Replace('_', '-') : null;

    /// <summary>The short id of a pod of Podman; null for any other part. <paramref name="previous"/> is the part before it.</summary>
    public static string? OfPodman(string part, string previous) =>
        Podman().Match(part) is { Success: true } pod ? pod.Groups["id"].Value[..ShortIdLength]
        : previous == PodmanParent && ContainerPart.IsId(part) ? part[..ShortIdLength]
        : null;

    [GeneratedRegex("^(?:(?:[a-z]+-)*kubepods(?:-besteffort|-burstable)?-|(?:BestEffort|Burstable)-)?pod(?<uid>[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\\.slice)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Kubernetes();

    [GeneratedRegex("^(?:[a-z]+-)*libpod_pod_(?<id>[0-9a-f]{64})(?:\\.slice)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Podman();
}
