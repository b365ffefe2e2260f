using System.Runtime.ExceptionServices;

namespace LinuxMem.Engine;

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
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a call that was told to stop has to give back what it holds.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Makes a call and returns what it returns; its failures come out as they are.</summary>
    /// <param name="call">The call. Its token is cancelled with <paramref name="cancellation"/>, and when <paramref name="meanwhile"/> throws.</param>
    /// <param name="cancellation">Ends the waiting, after at most about a second.</param>
    /// <param name="meanwhile">Called on the calling thread now and then.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LinuxMemException">No thread can be had.</exception>
    public static T Run<T>(Func<CancellationToken, T> call, CancellationToken cancellation, Action? meanwhile = null)
    {
        cancellation.ThrowIfCancellationRequested();

        // Not disposed: a thread that is left behind may still ask it.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var outcome = new Outcome<T>();
        var thread = new Thread(() => outcome.Make(call, stop.Token)) { IsBackground = true, Name = "LinuxMem call" };
        try
        {
            thread.Start();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            throw new LinuxMemException(LinuxMemError.SystemError, "No thread could be started: this user or container has reached its limit of processes. Raise the limit, or end some.", null, e);
        }

        try
        {
            while (!thread.Join(Glance))
            {
                cancellation.ThrowIfCancellationRequested();
                meanwhile?.Invoke();
            }
        }
        catch
        {
            stop.Cancel();
            if (thread.Join(Grace))
            {
                stop.Dispose();
            }

            outcome.Abandon();
            throw;
        }

        stop.Dispose();
        return outcome.Take();
    }

    private sealed class Outcome<T>
    {
        private readonly Lock access = new();
        private T? result;
        private ExceptionDispatchInfo? failure;
        private bool isAbandoned;

        /// <summary>On the thread of the call: nothing leaves it but through here.</summary>
        public void Make(Func<CancellationToken, T> call, CancellationToken stop)
        {
            try
            {
                T made = call(stop);
                lock (access)
                {
                    result = made;
                    if (isAbandoned)
                    {
                        Abandon();
                    }
                }
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }

        /// <summary>Nobody takes the result any more, now or when it comes.</summary>
        public void Abandon()
        {
            lock (access)
            {
                isAbandoned = true;
                (result as IDisposable)?.Dispose();
                result = default;
            }
        }

        public T Take()
        {
            failure?.Throw();
            return result!;
        }
    }
}
