using LinuxMem.Engine.Filters;

namespace LinuxMem.Unit.Filters;

/// <summary>What Tab is to complete at the end of a filter.</summary>
[Beside(Company.Everybody)]
public sealed class FilterPlaceTests
{
    [Theory]
    [InlineData("", 0, null, null, 0)]
    [InlineData("co", 0, null, null, 0)]
    [InlineData("comm", 0, null, null, 0)]
    [InlineData("nosuch", 0, null, null, 0)]
    [InlineData("and(co", 4, null, null, 1)]
    [InlineData("and( uid(0) , not( co", 19, null, null, 2)]
    [InlineData("and(uid(0),", 11, null, null, 1)]
    [InlineData("comm(a),co", 8, null, null, 0)]
    [InlineData("comm(", 5, "comm", null, 1)]
    [InlineData("comm (", 6, "comm", null, 1)]
    [InlineData("comm( ba", 6, "comm", null, 1)]
    [InlineData("comm(\"a)b", 5, "comm", null, 1)]
    [InlineData("not(or(comm(a,b(c", 12, "comm", null, 3)]
    [InlineData("uid(", 4, "uid", null, 1)]
    [InlineData("uid(10", 4, "uid", null, 1)]
    [InlineData("uid(ro", 4, "uid", null, 1)]
    [InlineData("env_kv(PA", 7, "env_kv", null, 1)]
    [InlineData("env_kv(PATH,/b", 12, "env_kv", "PATH", 1)]
    [InlineData("env_kv( PATH , /b", 15, "env_kv", "PATH", 1)]
    public void IsFound(string text, int start, string? predicate, string? firstValue, int depth)
    {
        FilterPlace? place = FilterParser.PlaceAtEnd(text);
        Assert.NotNull(place);
        Assert.Equal((start, predicate, firstValue, depth), (place.Start, place.Predicate?.Name, place.FirstValue, place.Depth));
    }

    [Theory]
    [InlineData("uid(0)")]
    [InlineData("uid(0) ")]
    [InlineData("and(uid(0)")]
    [InlineData("uid(0))")]
    [InlineData("com(ba")]
    [InlineData("true(")]
    [InlineData("uid(x)")]
    [InlineData("uid(1,")]
    [InlineData("and(com(a),comm(b")]
    [InlineData("?")]
    public void IsNoneWhereNothingIsBeingWritten(string text)
    {
        Assert.Null(FilterParser.PlaceAtEnd(text));
    }
}
