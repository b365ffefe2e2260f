using System.Runtime.InteropServices;

namespace LinuxMem.Unit.Staging;

/// <summary>Creates and removes SysV segments as fast as it can, on a thread of its own, until disposed.</summary>
internal sealed partial class SegmentChurn : IDisposable
{
    private const int IPC_PRIVATE = 0;
    private const int IPC_CREAT = 0x200;
    private const int IPC_RMID = 0;
    private readonly Thread thread;
    private volatile bool stop;
    private int made;

    public SegmentChurn()
    {
        thread = new Thread(Run);
        thread.Start();
    }

    /// <summary>How many segments there have been.</summary>
    public int Made => Volatile.Read(ref made);

    /// <inheritdoc/>
    public void Dispose()
    {
        stop = true;
        thread.Join();
    }

    private void Run()
    {
        while (!stop)
        {
            int segment = shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0x180);
            if (segment >= 0)
            {
                Interlocked.Increment(ref made);
                _ = shmctl(segment, IPC_RMID, 0);
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shmget(int key, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shmctl(int segment, int command, nint buffer);
}
