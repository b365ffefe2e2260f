namespace LinuxMem.Engine.Watching;

/// <summary>What a key asks for.</summary>
internal enum WatchKey
{
    /// <summary>Nothing that is known.</summary>
    None,
    End,
    Pause,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    SortLeft,
    SortRight,
    Reverse,
    Enter,
    Escape,
    Mappings,
    NextReport,
}

/// <summary>Reads keys from the bytes that a terminal sends.</summary>
internal static class WatchKeys
{
    /// <summary>The keys in what was read at once; a lone escape byte at the end is the key of that name.</summary>
    public static IEnumerable<WatchKey> In(byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == 0x1B && i + 1 < bytes.Length && bytes[i + 1] is (byte)'[' or (byte)'O')
            {
                // A sequence goes on to its first letter, or to ~.
                int end = i + 2;
                while (end < bytes.Length && bytes[end] is < 0x40 or > 0x7E)
                {
                    end++;
                }

                if (end < bytes.Length)
                {
                    yield return OfSequence(bytes.AsSpan(i + 2, end - i - 1));
                }

                i = end;
            }
            else
            {
                yield return OfByte(bytes[i]);
            }
        }
    }

    private static WatchKey OfByte(byte key) => key switch
    {
        (byte)'q' or (byte)'Q' or 4 => WatchKey.End,
        (byte)'p' or (byte)' ' => WatchKey.Pause,
        (byte)'k' => WatchKey.Up,
        (byte)'j' => WatchKey.Down,
        (byte)'h' or (byte)'<' => WatchKey.SortLeft,
        (byte)'l' or (byte)'>' or (byte)'s' => WatchKey.SortRight,
        (byte)'r' => WatchKey.Reverse,
        (byte)'\n' or (byte)'\r' => WatchKey.Enter,
        0x1B or 0x7F or 8 => WatchKey.Escape,
        (byte)'m' => WatchKey.Mappings,
        (byte)'\t' => WatchKey.NextReport,
        (byte)'g' => WatchKey.First,
        _ => WatchKey.None,
    };

    private static WatchKey OfSequence(ReadOnlySpan<byte> sequence) => sequence switch
    {
        [(byte)'A'] => WatchKey.Up,
        [(byte)'B'] => WatchKey.Down,
        [(byte)'C'] => WatchKey.SortRight,
        [(byte)'D'] => WatchKey.SortLeft,
        [(byte)'H'] => WatchKey.First,
        [(byte)'5', (byte)'~'] => WatchKey.PageUp,
        [(byte)'6', (byte)'~'] => WatchKey.PageDown,
        _ => WatchKey.None,
    };
}
