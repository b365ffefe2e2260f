using System.Buffers.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary><c>/etc/passwd</c> (passwd(5)) of a machine whose name service cannot be asked.</summary>
internal static class PasswdFile
{
    /// <summary>Longer names than any system allows are passed over.</summary>
    private const int MaxName = 256;

    /// <summary>The names by user id; of several with one id the first counts.</summary>
    public static Dictionary<uint, string> Parse(ReadOnlySpan<byte> text)
    {
        var names = new Dictionary<uint, string>();
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int name = line.IndexOf((byte)':');
            int password = name < 0 ? -1 : line[(name + 1)..].IndexOf((byte)':');
            if (name is < 1 or > MaxName || password < 0 || line[0] is (byte)'+' or (byte)'-' or (byte)'#')
            {
                continue;
            }

            ReadOnlySpan<byte> rest = line[(name + password + 2)..];
            if (Utf8Parser.TryParse(rest, out uint uid, out int used) && used < rest.Length && rest[used] == ':')
            {
                names.TryAdd(uid, SurrogateEscape.Decode(line[..name]));
            }
        }

        return names;
    }
}
