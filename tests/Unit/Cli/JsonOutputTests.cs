using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Unit.Cli;

/// <summary>JSON to the byte: scripts compare it, and lines are cut out of it.</summary>
[Beside(Company.Everybody)]
public class JsonOutputTests
{
    [Fact]
    public void One_object_a_line() => Assert.Equal(
        "[\n  {\"a\": 1, \"used %\": null},\n  {\"a\": 2, \"used %\": null}\n]\n",
        Written([1, 2], new Column<object>("a", "A", ColumnKind.Number, row => row), new Column<object>("b", "B", ColumnKind.Percent, _ => null).As("used %")));

    [Fact]
    public void No_row_is_an_empty_array() => Assert.Equal("[\n]\n", Written([], new Column<object>("a", "A", ColumnKind.Number, row => row)));

    [Theory]
    [InlineData(true, "true")]
    [InlineData(4294967295u, "4294967295")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    [InlineData(ulong.MaxValue, "18446744073709551615")]
    [InlineData(12.5, "12.5")]
    [InlineData(100.0, "100")]
    [InlineData(0.07, "0.07")]
    [InlineData("", "\"\"")]
    [InlineData("<a href='x'>&é日本👍+", "\"<a href='x'>&é日本\\uD83D\\uDC4D+\"")]
    [InlineData("\"\\/\n\t\u001b\u007f\u2028", "\"\\\"\\\\/\\n\\t\\u001B\\u007F\\u2028\"")]
    [InlineData('c', "\"c\"")]
    public void Values_are_written_as_ever(object value, string json) =>
        Assert.Equal($"[\n  {{\"a\": {json}}}\n]\n", Written([value], new Column<object>("a", "A", ColumnKind.Other, row => row)));

    [Fact]
    public void Bytes_that_are_no_text_are_spelled_out() =>
        Assert.Equal("[\n  {\"a\": \"x\\\\xFF\"}\n]\n", Written(["x" + (char)0xDCFF], new Column<object>("a", "A", ColumnKind.Text, row => row)));

    private static string Written(object[] rows, params Column<object>[] columns)
    {
        using var writer = new StringWriter();
        JsonOutput.Write(writer, columns, rows);
        return writer.ToString();
    }
}
