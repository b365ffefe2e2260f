using LinuxMem.Engine.Paging;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// Hands out processes, largest first, and after those the parts that busy workers cut off for idle ones, so
/// that all end together.
/// </summary>
internal sealed class WorkQueue(ScanJob[] jobs, int workers)
{
    private int workers = workers;
    private readonly object gate = new();
    private readonly Stack<(SharedReading Reading, ReadCursor Cursor)> parts = new();
    private int next;
    private int idle;
    private bool isFinished;

    /// <summary>True when a worker waits for a part of what another is reading.</summary>
    public bool IsWanted => Volatile.Read(ref idle) > 0;

    /// <summary>Takes the next piece of work: a process, or a part of one; false when there is none any more.</summary>
    public bool TryTake(out ScanJob? job, out SharedReading? reading, out ReadCursor cursor)
    {
        job = null;
        reading = null;
        cursor = default;
        if (Volatile.Read(ref next) < jobs.Length)
        {
            int i = Interlocked.Increment(ref next) - 1;
            if (i < jobs.Length)
            {
                job = jobs[i];
                return true;
            }
        }

        lock (gate)
        {
            idle++;
            while (parts.Count == 0)
            {
                if (isFinished || idle == workers)
                {
                    isFinished = true;
                    Monitor.PulseAll(gate);
                    return false;
                }

                Monitor.Wait(gate);
            }

            idle--;
            (reading, cursor) = parts.Pop();
            return true;
        }
    }

    /// <summary>Offers a part of a process to idle workers.</summary>
    public void Offer(SharedReading reading, ReadCursor cursor)
    {
        lock (gate)
        {
            parts.Push((reading, cursor));
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Says that one worker fewer than announced will come: its thread could not be started.</summary>
    public void WorkerMissing()
    {
        lock (gate)
        {
            workers--;
            if (idle == workers)
            {
                isFinished = true;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Ends the work for all, after a failure: what is left is not handed out.</summary>
    public void Abandon()
    {
        lock (gate)
        {
            isFinished = true;
            Volatile.Write(ref next, jobs.Length);
            parts.Clear();
            Monitor.PulseAll(gate);
        }
    }
}
