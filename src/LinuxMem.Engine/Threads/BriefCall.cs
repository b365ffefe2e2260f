namespace LinuxMem.Engine.Threads;

/// <summary>Makes a call that may block forever but that nothing depends on: it gets a little time, and is left behind after that.</summary>
internal static class BriefCall
{
    /// <summary>With so many left behind, no further call is made: each is late at once.</summary>
    public const int MaxLeft = 8;

    private static int left;

    /// <summary>Makes a call, for <see cref="Deadlines.Brief"/> at the most.</summary>
    /// <param name="call">The call; what it returns too late is dropped. It runs on the calling thread when no thread can be started.</param>
    /// <param name="isLate">True when it did not return in time.</param>
    /// <returns>The result; null when it was late.</returns>
    public static T? Run<T>(Func<T?> call, out bool isLate)
        where T : class => Run(call, Deadlines.Usual.Brief, out isLate);

    /// <summary>The same, with a time.</summary>
    public static T? Run<T>(Func<T?> call, TimeSpan longest, out bool isLate)
        where T : class
    {
        isLate = Volatile.Read(ref left) >= MaxLeft;
        if (isLate)
        {
            return null;
        }

        var leaving = new UseCount(static () => Interlocked.Decrement(ref left));
        if (WorkThread<T?>.TryStart("LinuxMem brief", Call, Crew.Stack) is not WorkThread<T?> thread)
        {
            return call();
        }

        if (thread.Wait(longest))
        {
            return thread.Result();
        }

        // Whoever comes last counts it out: the call when it returns after all.
        isLate = true;
        Interlocked.Increment(ref left);
        leaving.Leave();
        thread.Abandon(_ => { });
        return null;

        T? Call()
        {
            bool isCounted = leaving.TryEnter();
            try
            {
                return call();
            }
            finally
            {
                if (isCounted)
                {
                    leaving.Leave();
                }
            }
        }
    }
}
