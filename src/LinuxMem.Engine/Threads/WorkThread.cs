using System.Runtime.ExceptionServices;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// Work on a thread of its own, whose failures come out where its result is asked for: an exception that leaves a
/// thread ends the whole program. All threads of the engine and of its hosts are started here.
/// </summary>
/// <typeparam name="T">What the work returns.</typeparam>
public sealed class WorkThread<T>
{
    private const int Running = 0;
    private const int Ended = 1;
    private const int Abandoned = 2;

    private readonly Func<T> work;
    private readonly Thread thread;
    private int state;
    private T? result;
    private ExceptionDispatchInfo? failure;
    private Action<T>? discard;

    private WorkThread(string name, Func<T> work)
    {
        this.work = work;
        thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    /// <summary>Starts the work.</summary>
    /// <param name="name">The name of the thread; the kernel keeps 15 bytes of it.</param>
    /// <param name="work">The work; it may throw.</param>
    /// <returns>The running work; null where the system gives no more threads (<c>pids.max</c>, <c>ulimit -u</c>, memory).</returns>
    public static WorkThread<T>? TryStart(string name, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            var started = new WorkThread<T>(name, work);
            started.thread.Start();
            return started;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            return null;
        }
    }

    /// <summary>Waits for the end of the work; true when it has ended.</summary>
    /// <param name="time">How long, at the most.</param>
    public bool Wait(TimeSpan time) => thread.Join(time);

    /// <summary>Waits for the end of the work, and returns what it returned or throws what it threw.</summary>
    public T Result()
    {
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>Leaves the work to itself: nobody will ask for its result any more, now or whenever it ends.</summary>
    /// <param name="unwanted">Gives back what the result holds.</param>
    public void Abandon(Action<T> unwanted)
    {
        discard = unwanted;
        if (Interlocked.CompareExchange(ref state, Abandoned, Running) == Ended)
        {
            Discard();
        }
    }

    private void Run()
    {
        try
        {
            result = work();
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        if (Interlocked.CompareExchange(ref state, Ended, Running) == Abandoned)
        {
            Discard();
        }
    }

    private void Discard()
    {
        try
        {
            if (failure is null)
            {
                discard!(result!);
            }
        }
        catch (Exception e)
        {
            // Nobody is left to be told.
            failure = ExceptionDispatchInfo.Capture(e);
        }
    }
}
