namespace LinuxMem.Engine.Threads;

/// <summary>
/// What threads do first that are started by the thread that said so, or by those; as long as it says so. The thread itself does
/// not do it.
/// </summary>
internal sealed class FirstThing : IDisposable
{
    [ThreadStatic]
    private static Action? current;

    private readonly Action? before;

    /// <summary>Says what they do.</summary>
    public FirstThing(Action action)
    {
        before = current;
        current = action;
    }

    /// <summary>What is done first by a thread that this one starts now; null for nothing.</summary>
    public static Action? Current => current;

    /// <summary>Says on a new thread what it was started with, and does it.</summary>
    public static void Do(Action? action)
    {
        current = action;
        action?.Invoke();
    }

    /// <summary>From now on as before.</summary>
    public void Dispose() => current = before;
}
