using LinuxMem.Engine.Filters;

namespace LinuxMem.Unit.Filters;

[Beside(Company.Everybody)]
public class FilterErrorTests
{
    [Fact]
    public void The_message_shows_the_place()
    {
        Assert.Equal(
            """
            The filter is wrong at offset 10: expected ',' or ')', found ';'.
              and(uid(0);comm(bash))
                        ^
            """,
            MessageFor("and(uid(0);comm(bash))"));
    }

    [Fact]
    public void The_lines_of_the_message_can_be_had_apart()
    {
        var error = Assert.Throws<FilterSyntaxException>(() => FilterParser.ParseList("uid(0),uid(x)"));

        Assert.Equal("The filter is wrong at offset 11: expected a whole number from 0 to 4294967295, found 'x'.", error.Problem);
        Assert.Equal("  uid(0),uid(x)\n             ^", error.Excerpt);
        Assert.Equal($"{error.Problem}\n{error.Excerpt}", error.Message);
    }

    [Fact]
    public void What_is_missing_at_the_end_is_shown_behind_it()
    {
        Assert.Equal(
            """
            The filter is wrong at offset 15: expected ',' or ')', found the end. The '(' at offset 3 is not closed.
              and(comm(bash) 
                             ^
            """,
            MessageFor("and(comm(bash) "));
        Assert.Equal("The filter is wrong at offset 0: expected a filter such as comm(bash), found nothing.\n  \n  ^", MessageFor(""));
    }

    [Fact]
    public void A_long_filter_is_shown_around_the_place()
    {
        string left = string.Concat(Enumerable.Repeat("or(", 200));
        string right = new(')', 200);

        string[] lines = MessageFor(left + "bad" + right).Split('\n');

        Assert.Equal("  …r(or(or(or(or(or(or(or(or(or(or(bad)))))))))))))))))))))))))))))…", lines[1]);
        Assert.Equal(new string(' ', 35) + "^", lines[2]);
        Assert.Equal(3, lines.Length);
        Assert.Contains("at offset 600: ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("found 'bad'.", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_are_shown_as_escapes_and_counted_as_such()
    {
        string[] lines = MessageFor("comm(a\u001b[2J\n\u202E\0) \u001b").Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.EndsWith("found '\\x1B'.", lines[0], StringComparison.Ordinal);
        Assert.Equal("  comm(a\\x1B[2J\\n\\u202E\\x00) \\x1B", lines[1]);
        Assert.Equal(lines[1].LastIndexOf("\\x1B", StringComparison.Ordinal), lines[2].IndexOf('^', StringComparison.Ordinal));
        Assert.DoesNotContain(string.Join("", lines), char.IsControl);
    }

    [Fact]
    public void Wide_characters_and_bytes_keep_the_caret_under_the_place()
    {
        Assert.Equal("  comm(文字) x\n" + new string(' ', 2 + 11) + "^", Shown("comm(文字) x"));
        Assert.Equal("  comm(\U0001F40D) x\n" + new string(' ', 2 + 9) + "^", Shown("comm(\U0001F40D) x"));
        Assert.Equal("  comm(e\u0301) x\n" + new string(' ', 2 + 8) + "^", Shown("comm(e\u0301) x"));
        Assert.Equal("  comm(\\xFF) x\n" + new string(' ', 2 + 11) + "^", Shown("comm(\uDCFF) x"));
    }

    [Fact]
    public void A_long_word_is_not_repeated_whole()
    {
        Assert.Contains("found 'aaaaaaaaaaaaaaaaaaaa…'.", MessageFor(new string('a', 1000)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("comm(a(b)", "The '(' at offset 4 is not closed. A parenthesis without its partner, in a value, must stand in quotes.")]
    [InlineData("comm(:-))", "It closes nothing. A parenthesis without its partner, in a value, must stand in quotes.")]
    [InlineData("comm(\"a)", "The quote at offset 5 is not closed.")]
    [InlineData("env_kv(K,a,b)", "A value that has a comma in it must stand in quotes.")]
    [InlineData("comm('a' b)", "White space beside quoted text must stand inside the quotes if it belongs to the value.")]
    [InlineData("uid(0),uid(1)", "One filter is wanted here: join several with or(..).")]
    public void Some_errors_say_what_to_do(string text, string hint)
    {
        Assert.EndsWith(". " + hint, MessageFor(text).Split('\n')[0], StringComparison.Ordinal);
    }

    private static string MessageFor(string text) => Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text)).Message;

    private static string Shown(string text) => Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text)).Excerpt;
}
