using System.Runtime.ExceptionServices;

namespace LinuxMem.Engine.Threads;

/// <summary>
/// Runs work on a dedicated thread and rethrows its exception where the result is read, because an unhandled exception
/// on a thread ends the process. The engine and its hosts start all their threads here.
/// </summary>
/// <typeparam name="T">The type of the result.</typeparam>
public sealed class WorkThread<T>
{
    private const int Running = 0;
    private const int Ended = 1;
    private const int Abandoned = 2;

    private readonly Func<T> work;
    private readonly Thread thread;
    private readonly Action? first = FirstThing.Current;
    private int state;
    private T? result;
    private ExceptionDispatchInfo? failure;
    private Action<T>? discard;

    private WorkThread(string name, Func<T> work, int stack)
    {
        this.work = work;
        thread = new Thread(Run, stack) { IsBackground = true, Name = name };
    }

    /// <summary>Starts the work.</summary>
    /// <param name="name">The name of the thread; the kernel keeps 15 bytes.</param>
    /// <param name="work">The work; it may throw.</param>
    /// <param name="stack">The most bytes of its stack; 0 for the system's own.</param>
    /// <returns>The running work; null when no thread can be started (<c>pids.max</c>, <c>ulimit -u</c>,
    /// memory).</returns>
    public static WorkThread<T>? TryStart(string name, Func<T> work, int stack = 0)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            var started = new WorkThread<T>(name, work, stack);
            started.thread.Start();
            return started;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            return null;
        }
    }

    /// <summary>Waits for the work to end; true when it has ended.</summary>
    /// <param name="time">The longest wait.</param>
    public bool Wait(TimeSpan time) => thread.Join(time);

    /// <summary>Waits for the work to end, then returns its result or rethrows its exception.</summary>
    public T Result()
    {
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>Abandons the work: its result will not be read, whenever it ends.</summary>
    /// <param name="unwanted">Releases what the result holds.</param>
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
            FirstThing.Do(first);
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
            // Nobody will read this failure.
            failure = ExceptionDispatchInfo.Capture(e);
        }
    }
}
