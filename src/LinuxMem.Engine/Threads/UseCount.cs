namespace LinuxMem.Engine.Threads;

/// <summary>
/// Counts who uses a thing, so that the last one ends it: a thread that was left behind may be in the middle of a call on it.
/// Whoever makes one is its first user.
/// </summary>
internal sealed class UseCount
{
    /// <summary>The thing, or what ends it.</summary>
    private readonly object ended;
    private int users = 1;

    /// <param name="end">Ends the thing; called once, by the last user.</param>
    public UseCount(Action end) => ended = end;

    /// <param name="thing">What its last user disposes of: there is one for every process, so without a delegate.</param>
    public UseCount(IDisposable thing) => ended = thing;

    /// <summary>Becomes a user; false when the thing has ended.</summary>
    public bool TryEnter()
    {
        int now = Volatile.Read(ref users);
        while (now > 0)
        {
            int seen = Interlocked.CompareExchange(ref users, now + 1, now);
            if (seen == now)
            {
                return true;
            }

            now = seen;
        }

        return false;
    }

    /// <summary>Ceases to be a user.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            if (ended is Action end)
            {
                end();
            }
            else
            {
                ((IDisposable)ended).Dispose();
            }
        }
    }
}
