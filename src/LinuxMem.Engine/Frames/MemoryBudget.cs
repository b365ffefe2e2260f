using System.Globalization;

namespace LinuxMem.Engine.Frames;

/// <summary>Tracks the memory that the frame sets and texts of a scan take, and enforces its limit. Sizes are bytes.</summary>
internal sealed class MemoryBudget(long limit)
{
    private long used;
    private long peak;

    /// <summary>The most bytes that may be in use.</summary>
    public long Limit => limit;

    /// <summary>Bytes in use now.</summary>
    public long Used => Volatile.Read(ref used);

    /// <summary>The most bytes in use at any time.</summary>
    public long Peak => Volatile.Read(ref peak);

    /// <summary>Reserves memory before it is allocated.</summary>
    /// <exception cref="LinuxMemException">The limit would be exceeded
    /// (<see cref="LinuxMemError.MemoryLimit"/>).</exception>
    public void Take(long bytes)
    {
        long now = Interlocked.Add(ref used, bytes);
        if (now > limit)
        {
            Interlocked.Add(ref used, -bytes);
            throw new LinuxMemException(
                LinuxMemError.MemoryLimit,
                string.Create(CultureInfo.InvariantCulture, $"The scan needs more than the {limit / (1 << 20)} MiB of memory it may use, and was stopped without a result. Give it a higher memory limit, fewer processes (a filter), or fewer groups."),
                limit);
        }

        long before = Volatile.Read(ref peak);
        while (now > before)
        {
            long seen = Interlocked.CompareExchange(ref peak, now, before);
            if (seen == before)
            {
                break;
            }

            before = seen;
        }
    }

    /// <summary>Reserves memory that one can do without; false, with nothing taken, when more than <paramref name="most"/> would be in use then.</summary>
    public bool TryTake(long bytes, long most)
    {
        if (Used + bytes > Math.Min(most, limit))
        {
            return false;
        }

        Take(bytes);
        return true;
    }

    /// <summary>Returns memory that has been freed.</summary>
    public void Return(long bytes) => Interlocked.Add(ref used, -bytes);
}
