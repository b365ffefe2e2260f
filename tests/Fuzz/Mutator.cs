using System.Text;

namespace LinuxMem.Fuzz;

/// <summary>Makes inputs out of those of a corpus: a few small changes, each of a kind that parsers stumble over.</summary>
internal static class Mutator
{
    /// <summary>The longest input.</summary>
    public const int Longest = 64 * 1024;

    /// <summary>Numbers at the edges of types, fields that are none, and what the formats are made of.</summary>
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "0", "-1", "1", "-0", "+1", "00000000000000000000000000000000000001", "127", "255", "256", "32767", "65535", "65536", "2147483647", "2147483648", "-2147483648",
            "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615", "18446744073709551616",
            "1024", "1048576", "68719476736", "274877906944", "1099511627776", "99999999999999999999999999999999999999", "ffffffffffffffff", "10000000000000000", "7fffffffffff", "ffffffffff600000", "1e9", "0x10", "1.5", "NaN", "",
            " ", "\t", "\n", "\r", "\0", ":", ": ", " : ", "-", " - ", "/", "(", ")", "((((((((", "))))))))", ",", "=", "\\", "\\040", "\\012", "\\777", "\\x2d", "'", "\"", "*", "?", "{", "%s%n",
            " kB", " kB\n", "Uid:", "Gid:", "Groups:", "VmPTE:", "Rss:", "Swap:", "KernelPageSize:", "Name:\t", "btime ", "MemAvailable:", "System RAM", "tmpfs", "shmid", "rss",
            " (deleted)", "//deleted", "/SYSV00000000 (deleted)", "[vsyscall]", "[vvar]", "[heap]", "/dev/zero (deleted)", "00:01 5", "rw-s", "rw-p", "0::/", "1:name=systemd:", "memory:", "..", "\u0000\u0001\u001b[31m",
            "and(", "or(", "not(", "comm(", "env_kv(", "env_k(", "uid(", "descendants(", "true()", "\\u", "\\xff", "\\uD83D",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xfe, 0xff], [0xc3], [0xc3, 0x28], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xed, 0xb2, 0x80], [0xf0, 0x9f, 0x98, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xc0, 0x80],
        [0xe2, 0x80, 0xae], [0xcc, 0x81], [0xef, 0xbb, 0xbf], [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];

    /// <summary>Makes an input.</summary>
    public static byte[] Make(ref SeededRandom random, IReadOnlyList<byte[]> corpus)
    {
        var input = new List<byte>(corpus[random.Below(corpus.Count)]);
        for (int changes = random.Below(6); changes >= 0; changes--)
        {
            Change(ref random, input, corpus);
        }

        if (input.Count > Longest)
        {
            input.RemoveRange(Longest, input.Count - Longest);
        }

        return [.. input];
    }

    private static void Change(ref SeededRandom random, List<byte> input, IReadOnlyList<byte[]> corpus)
    {
        int at = random.Below(input.Count + 1);
        int length = Length(ref random, input.Count - at);
        switch (random.Below(12))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Below(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)random.Next();
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                // Cut off, as a read that came too short.
                input.RemoveRange(at, input.Count - at);
                break;
            case 4:
                input.InsertRange(at, Tokens[random.Below(Tokens.Length)]);
                break;
            case 5:
                ReplaceNumber(ref random, input, at);
                break;
            case 6:
                input.InsertRange(random.Below(input.Count + 1), input.GetRange(at, length));
                break;
            case 7:
                byte[] other = corpus[random.Below(corpus.Count)];
                int from = random.Below(other.Length + 1);
                input.InsertRange(at, other.AsSpan(from, Length(ref random, other.Length - from)).ToArray());
                break;
            case 8:
                Repeat(ref random, input, at, length);
                break;
            case 9:
                for (int i = 0; i < length; i++)
                {
                    input[at + i] = (byte)random.Next();
                }

                break;
            case 10:
                ReplaceLine(ref random, input, at);
                break;
            default:
                input.InsertRange(at, Enumerable.Repeat((byte)random.Next(), Length(ref random, 300)));
                break;
        }
    }

    /// <summary>Short ones more often than long ones.</summary>
    private static int Length(ref SeededRandom random, int most) => random.Below(Math.Min(most, 1 << random.Below(13)) + 1);

    private static void ReplaceNumber(ref SeededRandom random, List<byte> input, int at)
    {
        int start = input.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return;
        }

        int end = start;
        while (end < input.Count && input[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        input.RemoveRange(start, end - start);
        input.InsertRange(start, Tokens[random.Below(Tokens.Length)]);
    }

    /// <summary>Moves a line to another place, or drops it.</summary>
    private static void ReplaceLine(ref SeededRandom random, List<byte> input, int at)
    {
        int start = at == 0 ? 0 : input.LastIndexOf((byte)'\n', at - 1) + 1;
        int newline = start < input.Count ? input.IndexOf((byte)'\n', start) : -1;
        int end = newline < 0 ? input.Count : newline + 1;
        List<byte> line = input.GetRange(start, end - start);
        input.RemoveRange(start, end - start);
        if (random.Below(3) > 0)
        {
            input.InsertRange(random.Below(input.Count + 1), line);
        }
    }

    private static void Repeat(ref SeededRandom random, List<byte> input, int at, int length)
    {
        // Rarely: long inputs take long, and what they find they find at once.
        int most = random.Below(50) == 0 ? Longest : 1024;
        List<byte> piece = input.GetRange(at, length);
        for (int times = random.Below(1 << random.Below(10)); times > 0 && piece.Count > 0 && input.Count + piece.Count <= Math.Max(most, input.Count); times--)
        {
            input.InsertRange(at, piece);
        }
    }
}
