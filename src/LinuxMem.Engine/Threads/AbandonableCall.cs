namespace LinuxMem.Engine.Threads;

/// <summary>
/// A call that may wait without end, on a thread that can be left behind: a file of a lesser user may lie on a file
/// system of his own (FUSE), which answers when he likes, or on a server that is gone.
/// </summary>
/// <remarks>
/// A thread that waits in the kernel cannot be ended. One that was left behind finds, when it is answered after all,
/// that it was told to stop, and gives back what it holds.
/// </remarks>
internal static class AbandonableCall
{
    /// <summary>How long a cancellation may go unnoticed.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a call that was told to stop has to give back what it holds.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Makes a call and returns what it returns; its failures come out as they are.</summary>
    /// <param name="call">
    /// The call. Its token is cancelled with <paramref name="cancellation"/>, and when <paramref name="meanwhile"/> throws. A
    /// result that comes too late is disposed. Where no thread is to be had, it is made on this one.
    /// </param>
    /// <param name="cancellation">Ends the waiting, after at most about a second.</param>
    /// <param name="meanwhile">Called on the calling thread now and then.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static T Run<T>(Func<CancellationToken, T> call, CancellationToken cancellation, Action? meanwhile = null)
    {
        cancellation.ThrowIfCancellationRequested();

        // Not disposed where a thread is left behind, which may still ask it.
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
