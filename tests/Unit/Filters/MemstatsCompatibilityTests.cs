using System.Globalization;
using FsCheck.Fluent;
using FsCheck.Xunit;
using FsCheck;
using LinuxMem.Engine.Filters;

namespace LinuxMem.Unit.Filters;

/// <summary>
/// What memstats accepts is accepted here and means the same: its way of reading, written down again step by
/// step, against ours. Left out is what it accepts while ignoring a part, and values with the new signs
/// (wildcards, a quote at the beginning).
/// </summary>
[Beside(Company.Everybody)]
public class MemstatsCompatibilityTests
{
    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 5000)]
    public void What_memstats_accepts_means_the_same_here(MemstatsText text)
    {
        if (Memstats.TryParseList(text.Value) is List<(string Name, ProcessFilter Filter)> filters)
        {
            Assert.Equal(filters.Select(f => new NamedFilter(f.Name, f.Filter)), FilterParser.ParseList(text.Value));
        }
    }

    [Theory]
    [InlineData("comm(sshd),and(uid(0),not(comm(bash)))", 2)]
    [InlineData("comm(a,(b)),env_kv(a(b,c)),env_k(a,b),pid(-5),uid(+07)", 5)]
    [InlineData("and(true()),or(it's(x))", -1)]
    [InlineData("comm(it's),comm(a\"b),comm(a\\b)", 3)]
    [InlineData("true();true()", -1)]
    [InlineData("env_kv(a,b,c)", -1)]
    [InlineData("not(true(),true())", -1)]
    public void The_other_reader_reads_as_it_should(string text, int count)
    {
        Assert.Equal(count, Memstats.TryParseList(text)?.Count ?? -1);
    }

    public sealed record MemstatsText(string Value);

    public static class Arbitraries
    {
        private static readonly string[] Pieces = ["(", ")", "()", ",", "a", "b7", "it's", "x\"y", "\\", "\\n", " ", "-", "+", "=", "0", "10", "4294967295", "4294967296", "2147483648", "true", "comm"];

        public static Arbitrary<MemstatsText> Texts()
        {
            Gen<string> lists = Gen.Choose(1, 3).SelectMany(count => Filter(3).ListOf(count)).Select(filters => string.Join(',', filters));
            Gen<string> changed =
                from text in lists
                from place in Gen.Choose(0, text.Length)
                from piece in Gen.Elements(Pieces)
                select text.Insert(place, piece);
            return Gen.Frequency((3, lists), (1, changed)).Select(text => new MemstatsText(text)).ToArbitrary();
        }

        private static Gen<string> Filter(int depth)
        {
            Gen<string> simple =
                from name in Gen.Elements("uid", "pid", "descendants", "comm", "comm", "env_k", "env_kv", "env_kv", "true", "false")
                from count in Gen.Choose(0, 5)
                from pieces in Gen.Elements(Pieces).ListOf(count)
                select name switch
                {
                    "true" or "false" => name + "()",
                    "env_kv" => $"{name}({string.Concat(pieces)},{string.Concat(pieces.AsEnumerable().Reverse())})",
                    "comm" or "env_k" => $"{name}({string.Concat(pieces)})",
                    _ => $"{name}({string.Concat(pieces.Where(piece => piece.All(c => char.IsAsciiDigit(c) || c is '+' or '-')))})",
                };
            Gen<string> composite =
                from name in Gen.Elements("and", "or", "not")
                from count in Gen.Choose(1, name == "not" ? 1 : 3)
                from children in Filter(depth - 1).ListOf(count)
                select $"{name}({string.Join(',', children)})";
            return depth == 0 ? simple : Gen.Frequency((2, simple), (1, composite));
        }
    }

    /// <summary>Reads filters the way memstats does: split at the matching parenthesis first, then look inside.</summary>
    private static class Memstats
    {
        /// <summary>The filters and their names; null where memstats reports an error or ignores a part.</summary>
        public static List<(string Name, ProcessFilter Filter)>? TryParseList(string text)
        {
            var filters = new List<(string, ProcessFilter)>();
            for (int from = 0; ;)
            {
                if (TryParse(text[from..], out int length) is not ProcessFilter filter)
                {
                    return null;
                }

                filters.Add((text.Substring(from, length), filter));
                from += length;
                if (from == text.Length)
                {
                    return filters;
                }

                // It takes any character for the comma.
                if (text[from++] != ',')
                {
                    return null;
                }
            }
        }

        private static ProcessFilter? TryParse(string text, out int length)
        {
            int opening = text.IndexOf('(');
            int closing = opening < 0 ? -1 : Partner(text, opening);
            length = closing + 1;
            if (closing < 0)
            {
                return null;
            }

            string inner = text[(opening + 1)..closing];
            List<ProcessFilter>? children = text[..opening] is "and" or "or" or "not" ? TryParseList(inner)?.ConvertAll(child => child.Filter) : null;
            string[] parts = inner.Split(',');
            return text[..opening] switch
            {
                "true" when inner.Length == 0 => CompositeFilter.True,
                "false" when inner.Length == 0 => CompositeFilter.False,
                "and" when children is not null => CompositeFilter.And(children),
                "or" when children is not null => CompositeFilter.Or(children),
                "not" when children is [ProcessFilter child] => CompositeFilter.Not(child),
                "uid" when !inner.StartsWith('-') && Number(inner) is >= 0 and <= uint.MaxValue => Made.Of("uid", (long)Number(inner)!),
                "pid" when Number(inner) is >= int.MinValue and <= int.MaxValue => Made.Of("pid", (long)Number(inner)!),
                "descendants" when Number(inner) is >= int.MinValue and <= int.MaxValue => Made.Of("descendants", (long)Number(inner)!),
                "comm" => Made.Of("comm", TextPattern.Literal(inner.Trim())),
                "env_k" => Made.Variable(inner.Trim()),
                "env_kv" when parts.Length == 2 => Made.Variable(parts[0].Trim(), TextPattern.Literal(parts[1].Trim())),
                _ => null,
            };
        }

        private static int Partner(string text, int opening)
        {
            for (int i = opening, depth = 0; i < text.Length; i++)
            {
                depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
                if (depth == 0)
                {
                    return i;
                }
            }

            return -1;
        }

        private static decimal? Number(string text) =>
            decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number) ? number : null;
    }
}
