using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// Takes the values out of an environment, where passwords and keys may be, but of those that are asked for. Nothing
/// that depends on a value stays in its place: equal values cannot be told from others.
/// </summary>
internal static class EnvironmentMask
{
    /// <summary>Divides an environment.</summary>
    /// <param name="environ">Entries <c>NAME=value</c>, with NUL between them; what has no such form is left out.</param>
    /// <param name="include">Says which values stay; null for none.</param>
    /// <returns>The entries that stay, and the names of the others, with a NUL byte behind each.</returns>
    public static (byte[] Kept, byte[] Masked) Divide(ReadOnlySpan<byte> environ, Func<string, bool>? include)
    {
        using var kept = new MemoryStream();
        using var masked = new MemoryStream();
        while (!environ.IsEmpty)
        {
            int end = environ.IndexOf((byte)0);
            ReadOnlySpan<byte> entry = end < 0 ? environ : environ[..end];
            environ = end < 0 ? default : environ[(end + 1)..];
            int equals = entry.IndexOf((byte)'=');
            if (equals <= 0)
            {
                continue;
            }

            bool stays = include is not null && include(SurrogateEscape.Decode(entry[..equals]));
            MemoryStream to = stays ? kept : masked;
            to.Write(stays ? entry : entry[..equals]);
            to.WriteByte(0);
        }

        return (kept.ToArray(), masked.ToArray());
    }
}
