using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// Removes values, which may be passwords and keys, from an environment, except for variables that were asked for.
/// Nothing derived from a value is kept, so that equal values cannot be recognised.
/// </summary>
internal static class EnvironmentMask
{
    /// <summary>Splits an environment.</summary>
    /// <param name="environ"><c>NAME=value</c> entries separated by NUL; malformed entries are dropped.</param>
    /// <param name="include">Selects the variables whose values are kept; null for none.</param>
    /// <returns>The entries kept, and the names of the others, each followed by NUL.</returns>
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
