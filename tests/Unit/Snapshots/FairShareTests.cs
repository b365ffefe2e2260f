using LinuxMem.Engine.Snapshots;

namespace LinuxMem.Unit.Snapshots;

/// <summary>Who has much takes nothing from who has little.</summary>
[Beside(Company.Everybody)]
public class FairShareTests
{
    [Theory]
    [InlineData("a5 b5", 10, "a5 b5")]
    [InlineData("a9 a9 a9 b5 c2", 20, "a9 b5 c2")]
    [InlineData("a4 a4 a4 b6 b6 c2", 14, "a4 b6 c2")]
    [InlineData("a4 a4 a4", 9, "a4 a4")]
    [InlineData("a9 a3 b1", 5, "a3 b1")]
    [InlineData("", 5, "")]
    [InlineData("a1", 0, "")]
    public void Each_has_as_much_as_there_is_room_for_the_first_first(string items, long room, string kept)
    {
        string[] all = items.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        (List<string> have, List<string> without) = FairShare.Of(all, item => item[0], item => item[1] - '0', room);

        Assert.Equal(kept, string.Join(' ', have));
        Assert.Equal(all.Length, have.Count + without.Count);
        Assert.InRange(have.Sum(item => item[1] - '0'), 0, room);
    }
}
