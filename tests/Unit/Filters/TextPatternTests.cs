using LinuxMem.Engine.Filters;

namespace LinuxMem.Unit.Filters;

[Beside(Company.Everybody)]
public class TextPatternTests
{
    [Theory]
    [InlineData("bash", "bash", true)]
    [InlineData("bash", "Bash", false)]
    [InlineData("bash", "bash ", false)]
    [InlineData("''", "", true)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("?", "", false)]
    [InlineData("?", "a", true)]
    [InlineData("?", "ab", false)]
    [InlineData("a*", "a", true)]
    [InlineData("a*", "ba", false)]
    [InlineData("*a", "bca", true)]
    [InlineData("*a", "bcab", false)]
    [InlineData("*a*", "bcab", true)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("a*b*c", "aXbXbX", false)]
    [InlineData("*ab", "aab", true)]
    [InlineData("*aab*", "aaab", true)]
    [InlineData("??*", "a", false)]
    [InlineData("??*", "ab", true)]
    [InlineData("*??", "abc", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("'*'", "*", true)]
    [InlineData("'*'", "a", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\?*", "?x", true)]
    [InlineData("\\?*", "ax", false)]
    [InlineData("?", "é", true)]
    [InlineData("?", "\U0001F40D", true)]
    [InlineData("??", "\U0001F40D", false)]
    [InlineData("*\U0001F40D", "x\U0001F40D", true)]
    [InlineData("é", "e\u0301", false)]
    [InlineData("a\u200Db", "ab", false)]
    public void Matches_the_whole_text(string pattern, string text, bool expected)
    {
        Assert.Equal(expected, Pattern(pattern).Matches(text));
    }

    [Fact]
    public void A_byte_that_is_no_text_is_a_character_of_its_own()
    {
        Assert.True(Pattern("\"\\xFF\"").Matches("\uDCFF"));
        Assert.False(Pattern("\"\\xFE\"").Matches("\uDCFF"));
        Assert.True(Pattern("a?b").Matches("a\uDCFFb"));
        Assert.True(Pattern("\"a\\xFF\"*").Matches("a\uDCFF\uDCFE"));

        // U+1F480 is the pair D83D DC80: its second half is not the byte 80.
        Assert.False(Pattern("*\"\\x80\"").Matches("\U0001F480"));
        Assert.False(Pattern("?\"\\x80\"").Matches("\U0001F480"));
    }

    [Fact]
    public void Bytes_that_are_text_together_are_that_text()
    {
        Assert.True(Pattern("\"\\xC3\\xA9\"").Matches("é"));
        Assert.True(Pattern("*\"\\xC3\\xA9\"?").Matches("xéy"));
        Assert.Equal(TextPattern.Literal("é"), TextPattern.Literal("\uDCC3\uDCA9"));
    }

    [Fact]
    public void Many_wildcards_that_fail_late_come_to_an_end()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 1000)) + "*b";

        Assert.False(Pattern(pattern).Matches(new string('a', 10_000)));
        Assert.True(Pattern(pattern).Matches(new string('a', 10_000) + "b"));
    }

    private static TextPattern Pattern(string text) => ((PredicateFilter)FilterParser.Parse($"comm({text})")).Pattern!;
}
