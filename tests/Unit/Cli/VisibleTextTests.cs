using System.Globalization;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Cli;

[Beside(Company.Everybody)]
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
    [InlineData("", 4, "")]
    [InlineData("hidden by tmpfs", 15, "hidden by tmpfs")]
    [InlineData("hidden by tmpfs", 14, "hidden by\ntmpfs")]
    [InlineData("hidden by tmpfs mounted", 6, "hidden\nby\ntmpfs\nmounted")]
    [InlineData("日本 語", 6, "日本\n語")]
    public void Lines_are_broken_between_words(string text, int widest, string shown) => Assert.Equal(shown, DisplayWidth.Wrap(text, widest));

    [Fact]
    public void A_long_path_is_cut_in_its_middle()
    {
        Assert.Equal("/usr/li…/libc.so", DisplayWidth.VisibleMiddle("/usr/lib/x86_64-linux-gnu/libc.so", 16));
        Assert.EndsWith("end", DisplayWidth.VisibleMiddle(new string('a', 1_000_000) + "end", 16), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10 11 12", 8, "10 11 12")]
    [InlineData("10 11 12 13", 8, "10 11 …")]
    [InlineData("DATABASE1", 5, "DATA…")]
    public void A_list_is_cut_between_two_numbers(string text, int widest, string shown) => Assert.Equal(shown, DisplayWidth.CutList(text, widest));

    [Theory]
    [InlineData(0, "-")]
    [InlineData(1, "1 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(-1536, "-1.50 KiB")]
    [InlineData(4096, "4.00 KiB")]
    [InlineData((1 << 20) - 6, "1023.99 KiB")]
    [InlineData((1 << 20) - 5, "1.00 MiB")]
    [InlineData(320L << 20, "320.00 MiB")]
    [InlineData(7_172_180_000, "6.68 GiB")]
    [InlineData(1L << 40, "1.00 TiB")]
    [InlineData(long.MaxValue, "8.00 EiB")]
    public void Sizes_in_tables_have_the_binary_unit_that_fits(long bytes, string text)
    {
        Assert.Equal(text, SizeText.Readable(bytes));
        Assert.InRange(text.Length, 1, SizeText.MaxCells);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(10_000, "9.77 KiB")]
    [InlineData(7_172_180_000, "6.68 GiB")]
    public void Sizes_in_sentences_are_the_same_and_never_a_dash(long bytes, string text) => Assert.Equal(text, SizeText.InSentence(bytes));

    [Fact]
    public void Sizes_are_the_same_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat.NumberDecimalSeparator = ",";
            other.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = other;
            Assert.Equal("1023.99 KiB", SizeText.Readable((1 << 20) - 6));
            Assert.Equal("-1.50 KiB", SizeText.Readable(-1536));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
