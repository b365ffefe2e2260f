namespace LinuxMem.Engine.Threads;

/// <summary>
/// Makes a call that may block forever, on a thread that can be abandoned. The file may lie on another user's FUSE file
/// system, or on a server that does not respond.
/// </summary>
/// <remarks>
/// A thread blocked in the kernel cannot be ended. When an abandoned one returns after all, it sees its cancelled token
/// and releases what it holds.
/// </remarks>
public static class AbandonableCall
{
    /// <summary>The longest delay until a cancellation is noticed.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a cancelled call may take to release what it holds.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Makes a call and returns its result; its exceptions are rethrown unchanged.</summary>
    /// <param name="call">The call. Its token is cancelled with <paramref name="cancellation"/>, and when
    /// <paramref name="meanwhile"/> throws. A result that arrives too late is disposed. It runs on the calling thread
    /// when no thread can be started.</param>
    /// <param name="cancellation">Ends the wait, within about a second.</param>
    /// <param name="meanwhile">Called on the calling thread from time to time.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static T Run<T>(Func<CancellationToken, T> call, CancellationToken cancellation, Action? meanwhile = null)
    {
        cancellation.ThrowIfCancellationRequested();

        // Not disposed when a thread is abandoned, because that thread may still use it.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (WorkThread<T>.TryStart("LinuxMem call", () => call(stop.Token)) is not WorkThread<T> thread)
        {
            using (stop)
            {
                return call(stop.Token);
            }
        }

        try
        {
            while (!thread.Wait(PollInterval))
            {
                cancellation.ThrowIfCancellationRequested();
                meanwhile?.Invoke();
            }
        }
        catch
        {
            stop.Cancel();
            if (thread.Wait(Grace))
            {
                stop.Dispose();
            }

            thread.Abandon(late => (late as IDisposable)?.Dispose());
            throw;
        }

        stop.Dispose();
        return thread.Result();
    }
}
