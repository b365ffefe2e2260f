using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/version</c> (proc_version(5)).</summary>
internal static class VersionFile
{
    /// <summary>The kernel release in <c>Linux version 6.18.5 (…</c>; null when the text does not begin so.</summary>
    public static string? Release(ReadOnlySpan<byte> text) =>
        SurrogateEscape.Decode(text).Split(' ', 4) is ["Linux", "version", string release, ..] ? release : null;
}
