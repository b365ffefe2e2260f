namespace LinuxMem;

/// <summary>The memory of one process, in bytes: a scan's figures for a group of one.</summary>
internal sealed record ProcessFigures(
    long Rss, long Anon, long Uss, long Pss, long SwapAnon, long SwapRss, long SwapUss, long ShmMem, long ShmSwap, long ShmUss, IReadOnlyList<long> ShmIds, long? MemTotal);
