using LinuxMem.Engine.Native;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// Has what the engine does give way to everything else on the machine: threads that it starts for the thread that made this,
/// until that disposes it, run with the nice value 19, and read disks only when nobody else does. No other thread of
/// the session is touched.
/// </summary>
/// <remarks>
/// Not SCHED_IDLE: while a page map is read, the kernel keeps others from changing that address space, and a thread that
/// never gets the processor meanwhile would hold up those who wait for it. One with the nice value 19 gets a little always.
/// What a system refuses of it is left out: a scan that does not give way is better than none.
/// </remarks>
public sealed class LowPriority : IDisposable
{
    private const int Nice = 19;

    private readonly FirstThing firstThing = new(Enter);

    /// <inheritdoc/>
    public void Dispose() => firstThing.Dispose();

    private static void Enter()
    {
        int thread = ThreadId.Own;
        _ = Scheduling.SetNice(thread, Nice);
        _ = IoPriority.SetIdle(thread);
    }
}
