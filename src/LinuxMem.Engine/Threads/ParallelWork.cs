using System.Runtime.ExceptionServices;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// Divides work over this thread and others of its own. (The pool of .NET ends the program where the system gives it no
/// more threads.)
/// </summary>
internal static class ParallelWork
{
    /// <summary>
    /// Calls <paramref name="body"/> with each number from 0 to <paramref name="count"/> - 1, once; with as many threads
    /// as the system gives, on this one alone if it gives none.
    /// </summary>
    /// <param name="count">How many calls.</param>
    /// <param name="threads">How many threads at the most, this one among them.</param>
    /// <param name="body">What is called; the first exception ends the work and comes out as it is.</param>
    /// <param name="cancellation">Ends the work.</param>
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
                // The first failure counts; the others are its consequence.
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
            }

            return true;
        }

        var others = new List<WorkThread<bool>>();
        while (others.Count < Math.Min(count, threads) - 1 && WorkThread<bool>.TryStart("LinuxMem work", Work) is WorkThread<bool> other)
        {
            others.Add(other);
        }

        Work();
        others.ForEach(other => other.Result());
        failure?.Throw();
    }
}
