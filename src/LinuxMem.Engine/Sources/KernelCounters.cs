using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>The kernel's own totals of a machine's memory, all read at one moment. Sizes are bytes.</summary>
internal sealed class KernelCounters
{
    private readonly Dictionary<string, long> meminfo;
    private readonly Dictionary<string, long>? vmstat;
    private readonly long pageSize;
    private readonly Dictionary<int, long>? kept;

    internal KernelCounters(Dictionary<string, long> meminfo, Dictionary<string, long>? vmstat, SysfsMemory? sysfs, long pageSize, Dictionary<int, long>? kept = null) =>
        (this.meminfo, this.vmstat, Sysfs, this.pageSize, this.kept) = (meminfo, vmstat, sysfs, pageSize, kept);

    /// <summary>What sysfs tells; null where that is not there.</summary>
    public SysfsMemory? Sysfs { get; }

    /// <summary>Reads them.</summary>
    /// <exception cref="LinuxMemException">There is no <c>meminfo</c>, or none that tells how much memory there is.</exception>
    public static KernelCounters Read(Machine machine)
    {
        byte[] buffer = new byte[8192];
        int n = machine.ReadWhole("meminfo\0"u8, ref buffer);
        Dictionary<string, long> meminfo = n > 0 ? MeminfoFile.ParseAll(buffer.AsSpan(0, n)) : [];
        if (meminfo.GetValueOrDefault("MemTotal") <= 0)
        {
            throw new LinuxMemException(LinuxMemError.SystemError, $"'{machine.Path}' does not tell how much memory its machine has: its file 'meminfo' {(n > 0 ? "has no line MemTotal" : "cannot be read")}.", machine.Path);
        }

        n = machine.ReadWhole("vmstat\0"u8, ref buffer);
        Dictionary<string, long>? vmstat = n > 0 ? VmstatFile.ParseAll(buffer.AsSpan(0, n)) : null;
        n = machine.ReadWhole("zoneinfo\0"u8, ref buffer);
        return new KernelCounters(meminfo, vmstat, machine.ReadSysfs(), (long)machine.PageSize, n > 0 ? ZoneinfoFile.ParseKept(buffer.AsSpan(0, n)) : null);
    }

    /// <summary>A line of <c>meminfo</c>; null when the kernel does not have it.</summary>
    public long? Meminfo(string name) => meminfo.TryGetValue(name, out long bytes) ? bytes : null;

    /// <summary>A line of <c>vmstat</c> that counts pages, as bytes; null when the kernel does not have it, or the file is not there.</summary>
    public long? Vmstat(string name) => vmstat is not null && vmstat.TryGetValue(name, out long pages) && pages <= MeminfoFile.MaxBytes / pageSize ? pages * pageSize : null;

    /// <summary>Free pages that processors keep for themselves, which <c>MemFree</c> does not have; null where nothing tells.</summary>
    /// <param name="node">Of this NUMA node; of all when null.</param>
    public long? Kept(int? node = null) => kept is null ? null : pageSize * (node is int one ? kept.GetValueOrDefault(one) : kept.Values.Sum());

    /// <summary>True where <c>vmstat</c> is there.</summary>
    public bool HasVmstat => vmstat is not null;
}
