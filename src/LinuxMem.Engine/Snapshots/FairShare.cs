namespace LinuxMem.Engine.Snapshots;

/// <summary>
/// Divides room that is not enough for all: each owner has as much as he wants, up to a bound that is the same for all and as high as
/// the room allows. So who has much takes nothing from who has little.
/// </summary>
internal static class FairShare
{
    /// <summary>What has room, in the order given; what is left out, too.</summary>
    /// <param name="items">All, the most important first.</param>
    /// <param name="ownerOf">Whose an item is.</param>
    /// <param name="sizeOf">What it takes.</param>
    /// <param name="room">What there is.</param>
    public static (List<T> Kept, List<T> LeftOut) Of<T, TOwner>(IReadOnlyList<T> items, Func<T, TOwner> ownerOf, Func<T, long> sizeOf, long room)
        where TOwner : notnull
    {
        long[] sizes = [.. items.Select(sizeOf)];
        var wanted = new Dictionary<TOwner, long>();
        for (int i = 0; i < items.Count; i++)
        {
            TOwner owner = ownerOf(items[i]);
            wanted[owner] = wanted.GetValueOrDefault(owner) + sizes[i];
        }

        long most = Bound(wanted.Values, room);
        var taken = new Dictionary<TOwner, long>();
        List<T> kept = [], leftOut = [];
        for (int i = 0; i < items.Count; i++)
        {
            TOwner owner = ownerOf(items[i]);
            long after = taken.GetValueOrDefault(owner) + sizes[i];
            if (after <= most)
            {
                taken[owner] = after;
            }

            (after <= most ? kept : leftOut).Add(items[i]);
        }

        return (kept, leftOut);
    }

    /// <summary>The highest bound for each with which all together have room.</summary>
    private static long Bound(IEnumerable<long> wanted, long room)
    {
        long[] ascending = [.. wanted.Order()];
        for (int i = 0; i < ascending.Length; i++)
        {
            long each = room / (ascending.Length - i);
            if (ascending[i] > each)
            {
                return each;
            }

            room -= ascending[i];
        }

        return long.MaxValue;
    }
}
