namespace LinuxMem.Unit.Staging;

/// <summary>As many swap files in use as the kernel takes, for the time of a test; the last one is filled first.</summary>
internal sealed class SwapAreas : IDisposable
{
    /// <summary>More than any kernel has: an entry has five bits for the number of the area.</summary>
    private const int Most = 32;

    private readonly Stack<SwapArea> areas = new();

    /// <summary>How many areas were in use when the kernel took no more, those of others among them.</summary>
    public int InUse { get; private set; }

    /// <summary>Takes them into use; skips the test where not one can be.</summary>
    public static SwapAreas ActivateAll(StagingGround ground)
    {
        var all = new SwapAreas();
        try
        {
            all.areas.Push(SwapArea.Activate(ground, priority: 1, mebibytes: 1));
            while (all.areas.Count <= Most && all.TryActivateNext(ground))
            {
            }

            all.InUse = CountInUse();
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>The lines of <c>/proc/swaps</c> below its heading.</summary>
    public static int CountInUse() => File.ReadAllLines("/proc/swaps").Length - 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        var failures = new List<Exception>();
        while (areas.TryPop(out SwapArea? area))
        {
            try
            {
                area.Dispose();
            }
            catch (InvalidOperationException e)
            {
                failures.Add(e);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException("Swap files stayed in use.", failures);
        }
    }

    private bool TryActivateNext(StagingGround ground)
    {
        int before = CountInUse();
        try
        {
            areas.Push(SwapArea.Activate(ground, priority: areas.Count + 1, mebibytes: 1));
            return true;
        }
        catch (Xunit.Sdk.SkipException) when (CountInUse() == before)
        {
            return false;
        }
    }
}
