namespace LinuxMem.Engine.Threads;

/// <summary>Calls that may wait for others (a file system whose server does not answer) and must be given up on demand.</summary>
internal static class PatientWork
{
    /// <summary>How long a cancellation may go unnoticed.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>How long work that has been cancelled may take to end in good order.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Does the work on a thread that is left behind when it does not end soon after a cancellation. Without a thread to
    /// be had, it is done on this one.
    /// </summary>
    /// <param name="name">The name of the thread.</param>
    /// <param name="work">The work; it should look at <paramref name="cancellation"/> itself, too.</param>
    /// <param name="unwanted">Gives back a result that comes too late.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static T Run<T>(string name, Func<T> work, Action<T> unwanted, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!cancellation.CanBeCanceled || WorkThread<T>.TryStart(name, work) is not WorkThread<T> thread)
        {
            return work();
        }

        while (!thread.Wait(Glance))
        {
            if (cancellation.IsCancellationRequested && !thread.Wait(Grace))
            {
                thread.Abandon(unwanted);
                throw new OperationCanceledException(cancellation);
            }
        }

        return thread.Result();
    }
}
