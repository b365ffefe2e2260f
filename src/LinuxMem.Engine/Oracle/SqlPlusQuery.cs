using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Text;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// The input of <c>sqlplus -S</c>, and the parser of its answer. Every line of the answer begins with a random mark, so
/// that nothing else it prints (banners, login scripts, messages) is taken for the answer.
/// </summary>
internal sealed partial class SqlPlusQuery
{
    private const int MaxMessage = 200;

    private readonly string mark = "linuxmem-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));

    /// <summary>The text for standard input: settings, three queries, a last line, exit.</summary>
    public byte[] Text => Encoding.ASCII.GetBytes($"""
        whenever sqlerror exit failure
        whenever oserror exit failure
        set heading off feedback off echo off verify off define off pagesize 0 linesize 200 tab off trimout on
        select '{mark} sga '||to_char(sum(value), 'FM99999999999999999990') from v$sga where name in ('Variable Size', 'Database Buffers');
        select '{mark} processes '||to_char(count(*), 'FM99999999999999999990')||' pga '||to_char(sum(pga_alloc_mem), 'FM99999999999999999990') from v$process;
        select '{mark} large_pages '||value from v$parameter where name = 'use_large_pages';
        prompt {mark} end
        exit success

        """.ReplaceLineEndings("\n"));

    /// <summary>Parses the answer; null when a figure is missing, repeated or not a number.</summary>
    public SqlPlusAnswer? Parse(string output)
    {
        long? sga = null;
        long? pga = null;
        int? processes = null;
        string? largePages = null;
        bool isWhole = false;
        foreach (string printed in output.Split('\n'))
        {
            string line = printed.TrimEnd(' ', '\r', '\t');
            if (!line.StartsWith(mark, StringComparison.Ordinal))
            {
                continue;
            }

            string answer = line[mark.Length..];
            if (sga is null && Sga().Match(answer) is { Success: true } first && TryNumber(first.Groups["sga"], out long size))
            {
                sga = size;
            }
            else if (processes is null && Processes().Match(answer) is { Success: true } second
                && TryNumber(second.Groups["count"], out long count) && count <= int.MaxValue && TryNumber(second.Groups["pga"], out long allocated))
            {
                processes = (int)count;
                pga = allocated;
            }
            else if (largePages is null && LargePages().Match(answer) is { Success: true } third)
            {
                largePages = Capitalized(third.Groups["value"].Value);
            }
            else if (!isWhole && answer == " end")
            {
                isWhole = true;
            }
            else
            {
                return null;
            }
        }

        // Releases before 11.2.0.2 have no use_large_pages.
        return isWhole && sga is long s && pga is long p && processes is int n ? new SqlPlusAnswer(s, p, n, largePages) : null;
    }

    /// <summary>The first message of the database in the output, such as <c>ORA-01017: …</c>; null without one.</summary>
    public static string? Error(string output)
    {
        Match match = OracleError().Match(output);
        return match.Success ? match.Value.Trim()[..Math.Min(match.Value.Trim().Length, MaxMessage)] : null;
    }

    [GeneratedRegex(@"\A sga (?<sga>[0-9]{1,19})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sga();

    [GeneratedRegex(@"\A processes (?<count>[0-9]{1,10}) pga (?<pga>[0-9]{1,19})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Processes();

    [GeneratedRegex(@"\A large_pages (?<value>[A-Za-z_]{1,20})\z", RegexOptions.CultureInvariant)]
    private static partial Regex LargePages();

    [GeneratedRegex(@"^(?:ORA|SP2)-[0-9]{4,5}:[^\r\n]*", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex OracleError();

    private static bool TryNumber(Group group, out long number) =>
        long.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary><c>ONLY</c> becomes <c>Only</c>.</summary>
    private static string Capitalized(string value) => value[..1].ToUpperInvariant() + value[1..].ToLowerInvariant();
}

/// <summary>What an instance says of itself.</summary>
/// <param name="Sga">Variable Size and Database Buffers, in bytes.</param>
/// <param name="Pga">Memory of all PGAs, in bytes.</param>
/// <param name="Processes">Number of processes.</param>
/// <param name="LargePages">The parameter use_large_pages; null where the release has none.</param>
internal sealed record SqlPlusAnswer(long Sga, long Pga, int Processes, string? LargePages);
