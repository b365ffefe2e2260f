using System.Runtime.ExceptionServices;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// Divides work over the calling thread and dedicated ones. The thread pool of .NET is not used, because it ends the
/// process when the system refuses a thread.
/// </summary>
internal static class ParallelWork
{
    /// <summary>
    /// Calls <paramref name="body"/> once with each number from 0 to <paramref name="count"/> - 1, on as many threads
    /// as can be started; on the calling thread alone if none can. Where new threads have something to do first
    /// (<see cref="FirstThing"/>), the calling one takes no part otherwise.
    /// </summary>
    /// <param name="count">The number of calls.</param>
    /// <param name="threads">The most threads, the calling one included.</param>
    /// <param name="body">The work; its first exception ends the run and is rethrown unchanged.</param>
    /// <param name="cancellation">Cancels the work.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void For(int count, int threads, Action<int> body, CancellationToken cancellation = default)
    {
        int next = -1;
        ExceptionDispatchInfo? failure = null;

        bool Work()
        {
            try
            {
                for (int i = Interlocked.Increment(ref next); i < count && Volatile.Read(ref failure) is null; i = Interlocked.Increment(ref next))
                {
                    cancellation.ThrowIfCancellationRequested();
                    body(i);
                }
            }
            catch (Exception e)
            {
                // Keep the first failure; later ones are its consequences.
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
            }

            return true;
        }

        // The calling thread does not do what those do first that it starts: then it only waits for them.
        int own = FirstThing.Current is null ? 1 : 0;
        var others = new List<WorkThread<bool>>();
        while (others.Count < Math.Min(count, threads) - own && WorkThread<bool>.TryStart("LinuxMem work", Work) is WorkThread<bool> other)
        {
            others.Add(other);
        }

        if (own > 0 || others.Count == 0)
        {
            Work();
        }

        others.ForEach(other => other.Result());
        failure?.Throw();
    }
}
