using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Cli;

public class VisibleTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("ora_pmon_DB1", "ora_pmon_DB1")]
    [InlineData("é日本👍e\u0301", "é日本👍e\u0301")]
    [InlineData("a\nb\tc\r", "a\\nb\\tc\\r")]
    [InlineData("\u001b[31m", "\\x1B[31m")]
    [InlineData("\u009b31m\u007f", "\\x9B31m\\x7F")]
    [InlineData("\u202egpj.exe\u2028", "\\u202Egpj.exe\\u2028")]
    [InlineData("a\u200db\u200c", "a\\u200Db\\u200C")]
    [InlineData("a\u3164\u115f\u1160\uffa0\ufeff", "a\\u3164\\u115F\\u1160\\uFFA0\\uFEFF")]
    [InlineData("\U000E0041\ufe0f\U000E0100\u034f\u180b\u17b4\u2800", "\\U000E0041\\uFE0F\\U000E0100\\u034F\\u180B\\u17B4\\u2800")]
    [InlineData("a\u00a0b\u2003c\u3000 d", "a\\xA0b\\u2003c\\u3000 d")]
    [InlineData("\ue000\uffff\u0378", "\\uE000\\uFFFF\\u0378")]
    public void What_does_not_print_is_spelled_out(string text, string shown) => Assert.Equal(shown, VisibleText.ForTerminal(text));

    [Fact]
    public void Bytes_that_are_no_text_are_spelled_out_everywhere()
    {
        // Built here: lone surrogates do not survive attribute arguments.
        string text = "a" + (char)0xDCFF + (char)0xD800 + "\n";

        Assert.Equal("a\\xFF\uFFFD\n", VisibleText.ForData(text));
        Assert.Equal("a\\xFF\uFFFD\\n", VisibleText.ForTerminal(text));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("日本", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("👍", 2)]
    [InlineData("ｱ", 1)]
    [InlineData("Ａ", 2)]
    [InlineData("가", 2)]
    [InlineData("a\u200db", 2)]
    public void Widths_are_those_of_a_terminal(string text, int width) => Assert.Equal(width, DisplayWidth.Of(text));

    [Theory]
    [InlineData("", 4, "")]
    [InlineData("abcd", 4, "abcd")]
    [InlineData("abcde", 4, "abc…")]
    [InlineData("日本", 4, "日本")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("abce\u0301f", 5, "abce\u0301f")]
    [InlineData("abce\u0301fg", 5, "abce\u0301…")]
    public void What_is_cut_ends_at_a_whole_character(string text, int widest, string shown) => Assert.Equal(shown, DisplayWidth.Cut(text, widest));

    [Theory]
    [InlineData(0, "0 MB")]
    [InlineData(4096, "0.00 MB")]
    [InlineData(10_000, "0.01 MB")]
    [InlineData(7_172_180_000, "7172.18 MB")]
    [InlineData(long.MaxValue, "9223372036854.78 MB")]
    public void Sizes_are_decimal_megabytes(long bytes, string text) => Assert.Equal(text, SizeText.Megabytes(bytes));

    [Theory]
    [InlineData(0, "-")]
    [InlineData(999, "999 B")]
    [InlineData(4096, "4.10 kB")]
    [InlineData(999_994, "999.99 kB")]
    [InlineData(999_995, "1.00 MB")]
    [InlineData(7_172_180_000, "7.17 GB")]
    [InlineData(long.MaxValue, "9.22 EB")]
    public void Sizes_in_tables_have_the_unit_that_fits(long bytes, string text) => Assert.Equal(text, SizeText.Readable(bytes));
}
