using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Postgres;

/// <summary>
/// The form of <c>postgresql.conf</c>: lines of a name and a value, with an equals sign between them or none; a value may stand in
/// single quotes; what follows <c>#</c> is nothing. What has another form is passed over.
/// </summary>
internal static class ConfigurationFile
{
    /// <summary>The longest value that is kept, in characters.</summary>
    private const int MaxValue = 1024;

    /// <summary>The lines that set or include something, in order.</summary>
    /// <param name="text">The file's bytes.</param>
    public static List<(string Name, string Value)> Read(ReadOnlySpan<byte> text)
    {
        var found = new List<(string, string)>();
        foreach (Range line in text.Split((byte)'\n'))
        {
            if (ReadLine(SurrogateEscape.Decode(text[line]).Trim()) is (string name, string value))
            {
                found.Add((name, value));
            }
        }

        return found;
    }

    /// <summary>A name as settings are kept by: in lower case.</summary>
    public static string NameOf(string name) => name.Trim().ToLowerInvariant();

    private static (string Name, string Value)? ReadLine(string line)
    {
        int end = 0;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '_' or '.' or '$'))
        {
            end++;
        }

        if (end == 0)
        {
            return null;
        }

        string rest = line[end..].TrimStart();
        bool hasEquals = rest is ['=', ..];
        rest = hasEquals ? rest[1..].TrimStart() : rest;
        if (!hasEquals && end < line.Length && !char.IsWhiteSpace(line[end]) && line[end] != '\'')
        {
            return null;
        }

        string? value = rest is ['\'', ..] ? Quoted(rest) : Plain(rest);
        return value is { Length: <= MaxValue } ? (NameOf(line[..end]), value) : null;
    }

    private static string? Plain(string rest)
    {
        int end = rest.AsSpan().IndexOfAny(" \t#");
        string value = end < 0 ? rest : rest[..end];
        return value.Length > 0 ? value : null;
    }

    /// <summary>Within quotes, two stand for one, and a backslash takes the meaning of what follows.</summary>
    private static string? Quoted(string rest)
    {
        var value = new StringBuilder();
        for (int i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\'' && !(i + 1 < rest.Length && rest[i + 1] == '\''))
            {
                return value.ToString();
            }

            if (rest[i] is '\'' or '\\')
            {
                i++;
            }

            if (i < rest.Length)
            {
                value.Append(rest[i]);
            }
        }

        return null;
    }
}
