namespace LinuxMem.Bench.Measuring;

/// <summary>What this process takes of the machine at a moment.</summary>
/// <param name="Resident">Its resident size.</param>
/// <param name="Managed">What is alive on the managed heap, or waits to be collected.</param>
/// <param name="Descriptors">Its open files.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="Mappings">The mappings of its address space.</param>
internal readonly record struct Footprint(long Resident, long Managed, int Descriptors, int Threads, int Mappings)
{
    /// <summary>
    /// Takes it now, after a collection that gives memory back to the system: what is left is kept by something, and
    /// not by the collector for the next scan.
    /// </summary>
    public static Footprint Take()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new Footprint(
            OwnProcess.Size("VmRSS"),
            GC.GetTotalMemory(forceFullCollection: false),
            Directory.GetFiles("/proc/self/fd").Length,
            Directory.GetDirectories("/proc/self/task").Length,
            File.ReadLines("/proc/self/maps").Count());
    }

    /// <summary>The larger of each.</summary>
    public static Footprint Most(Footprint a, Footprint b) => new(
        Math.Max(a.Resident, b.Resident), Math.Max(a.Managed, b.Managed), Math.Max(a.Descriptors, b.Descriptors), Math.Max(a.Threads, b.Threads), Math.Max(a.Mappings, b.Mappings));
}
