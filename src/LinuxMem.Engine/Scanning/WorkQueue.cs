using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Paging;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// Hands out processes, largest first, and after those the parts that busy workers cut off for idle ones, so
/// that all end together.
/// </summary>
internal sealed class WorkQueue(ScanJob[] jobs)
{
    private readonly object gate = new();
    private readonly StructList<Part> parts = [];
    private readonly Queue<ScanJob> later = new();
    private int workers;
    private int next;
    private int idle;
    private bool isFinished;

    /// <summary>True when a worker waits for a part of what another is reading.</summary>
    public bool IsWanted => Volatile.Read(ref idle) > 0;

    /// <summary>True when another worker would find something to do.</summary>
    public bool HasMore
    {
        get
        {
            lock (gate)
            {
                return !isFinished && (next < jobs.Length || parts.Count + later.Count > 0);
            }
        }
    }

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
            Part part;
            while (!parts.TryPop(out part))
            {
                if (!isFinished && later.TryDequeue(out job))
                {
                    idle--;
                    return true;
                }

                if (isFinished || idle == workers)
                {
                    isFinished = true;
                    Monitor.PulseAll(gate);
                    return false;
                }

                Monitor.Wait(gate);
            }

            idle--;
            (reading, cursor) = part;
            return true;
        }
    }

    /// <summary>Offers a part of a process to idle workers; false when the work has been ended.</summary>
    public bool Offer(SharedReading reading, ReadCursor cursor)
    {
        lock (gate)
        {
            if (isFinished)
            {
                return false;
            }

            parts.Add(new Part(reading, cursor));
            Monitor.Pulse(gate);
            return true;
        }
    }

    /// <summary>Puts a process off until all others have been taken.</summary>
    public void PutOff(ScanJob job)
    {
        lock (gate)
        {
            later.Enqueue(job);
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Says that workers come, or (less than 0) that they do not come after all or have been left behind.</summary>
    public void Join(int more)
    {
        lock (gate)
        {
            workers += more;
            if (more < 0 && idle == workers && parts.Count + later.Count == 0 && next >= jobs.Length)
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
            while (parts.TryPop(out Part part))
            {
                part.Reading.Attempt.Dispose();
            }

            Monitor.PulseAll(gate);
        }
    }

    private readonly record struct Part(SharedReading Reading, ReadCursor Cursor);
}
