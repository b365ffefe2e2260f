using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// What the memory controller tells of one control group, all groups below it counted in, in bytes
/// (Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst). What a version of the controller, or of the kernel, does not tell
/// is null, and so is "no limit".
/// </summary>
internal sealed record CgroupUsage
{
    /// <summary>The charge (<c>memory.current</c>, <c>memory.usage_in_bytes</c>).</summary>
    public long? Current { get; init; }

    /// <summary>The largest charge so far (<c>memory.peak</c>, <c>memory.max_usage_in_bytes</c>).</summary>
    public long? Peak { get; init; }

    /// <summary>The group's own limit (<c>memory.max</c>, <c>memory.limit_in_bytes</c>).</summary>
    public long? Max { get; init; }

    /// <summary>Beyond this it is throttled (<c>memory.high</c>); version 1 has none.</summary>
    public long? High { get; init; }

    /// <summary>The least limit of the group and all groups around it, as version 1 tells it, also of those that a namespace hides.</summary>
    public long? Hierarchical { get; init; }

    /// <summary>Anonymous memory (<c>anon</c>, <c>total_rss</c>).</summary>
    public long? Anon { get; init; }

    /// <summary>Cache of files, without <see cref="Shmem"/>.</summary>
    public long? File { get; init; }

    /// <summary>Shared memory and files of tmpfs (<c>shmem</c>, <c>total_shmem</c>).</summary>
    public long? Shmem { get; init; }

    /// <summary>The kernel's memory for the group (<c>kernel</c>; before Linux 5.18 its parts; <c>memory.kmem.usage_in_bytes</c>).</summary>
    public long? Kernel { get; init; }

    /// <summary>Of <see cref="Kernel"/>, slab.</summary>
    public long? Slab { get; init; }

    /// <summary>Buffers of sockets (<c>sock</c>, <c>memory.kmem.tcp.usage_in_bytes</c>).</summary>
    public long? Sock { get; init; }

    /// <summary>Swapped out (<c>memory.swap.current</c>, <c>total_swap</c>).</summary>
    public long? Swap { get; init; }

    /// <summary>Processes killed for want of memory (<c>oom_kill</c>).</summary>
    public long? OomKills { get; init; }

    /// <summary>How often the limit was reached (<c>max</c> of <c>memory.events</c>, <c>memory.failcnt</c>).</summary>
    public long? LimitHits { get; init; }

    /// <summary>Percent of the last 10 seconds in which some thread waited for memory (<c>memory.pressure</c>).</summary>
    public double? PressureSome { get; init; }

    /// <summary>Percent of the last 10 seconds in which all threads did.</summary>
    public double? PressureFull { get; init; }

    /// <summary>Reads the files of a group.</summary>
    /// <param name="read">Reads a file of the group by its name; null when there is none.</param>
    /// <param name="unified">True for version 2.</param>
    public static CgroupUsage Read(Func<string, byte[]?> read, bool unified)
    {
        Dictionary<string, long> stat = Fields(read("memory.stat"));
        return unified ? ReadUnified(read, stat) : ReadFirst(read, stat);
    }

    /// <summary>True where all sizes are numbers that can be added up, of a snapshot.</summary>
    public bool IsSound() =>
        new[] { Current, Peak, Max, High, Hierarchical, Anon, File, Shmem, Kernel, Slab, Sock, Swap, OomKills, LimitHits }.All(number => number is null or >= 0 and < 1L << 62)
        && PressureSome is null or (>= 0 and <= 100) && PressureFull is null or (>= 0 and <= 100);

    private static CgroupUsage ReadUnified(Func<string, byte[]?> read, Dictionary<string, long> stat)
    {
        long? shmem = Of(stat, "shmem");
        long? slab = Of(stat, "slab") ?? (Of(stat, "slab_reclaimable") + Of(stat, "slab_unreclaimable"));
        Dictionary<string, long> events = Fields(read("memory.events"));
        byte[]? pressure = read("memory.pressure");
        return new CgroupUsage
        {
            Current = CgroupMemory.Number(read("memory.current")),
            Peak = CgroupMemory.Number(read("memory.peak")),
            Max = CgroupMemory.Number(read("memory.max")),
            High = CgroupMemory.Number(read("memory.high")),
            Anon = Of(stat, "anon"),
            File = Of(stat, "file") is long file ? Math.Max(0, file - (shmem ?? 0)) : null,
            Shmem = shmem,
            Kernel = Of(stat, "kernel") ?? (slab is null && Of(stat, "kernel_stack") is null ? null
                : (slab ?? 0) + new[] { "kernel_stack", "pagetables", "sec_pagetables", "percpu", "vmalloc" }.Sum(name => Of(stat, name) ?? 0)),
            Slab = slab,
            Sock = Of(stat, "sock"),
            Swap = CgroupMemory.Number(read("memory.swap.current")),
            OomKills = Of(events, "oom_kill"),
            LimitHits = Of(events, "max"),
            PressureSome = Average(pressure, "some"u8),
            PressureFull = Average(pressure, "full"u8),
        };
    }

    private static CgroupUsage ReadFirst(Func<string, byte[]?> read, Dictionary<string, long> stat)
    {
        // Names with "total_" have the groups below in them.
        long? shmem = Of(stat, "total_shmem") ?? Of(stat, "shmem");
        return new CgroupUsage
        {
            Current = CgroupMemory.Number(read("memory.usage_in_bytes")),
            Peak = CgroupMemory.Number(read("memory.max_usage_in_bytes")),
            Max = CgroupMemory.Number(read("memory.limit_in_bytes")),
            Hierarchical = Of(stat, "hierarchical_memory_limit") is long limit and < 1L << 62 ? limit : null,
            Anon = Of(stat, "total_rss") ?? Of(stat, "rss"),
            File = (Of(stat, "total_cache") ?? Of(stat, "cache")) is long cache ? Math.Max(0, cache - (shmem ?? 0)) : null,
            Shmem = shmem,
            Kernel = CgroupMemory.Number(read("memory.kmem.usage_in_bytes")),
            Sock = CgroupMemory.Number(read("memory.kmem.tcp.usage_in_bytes")),
            Swap = Of(stat, "total_swap") ?? Of(stat, "swap"),
            OomKills = Of(Fields(read("memory.oom_control")), "oom_kill"),
            LimitHits = CgroupMemory.Number(read("memory.failcnt")),
        };
    }

    private static Dictionary<string, long> Fields(byte[]? text) => text is null ? [] : VmstatFile.ParseAll(text);

    /// <summary>A field that is there; those that no kernel can mean are not.</summary>
    private static long? Of(Dictionary<string, long> fields, string name) => fields.TryGetValue(name, out long number) && number <= MeminfoFile.MaxBytes ? number : null;

    /// <summary><c>avg10</c> of a line such as <c>some avg10=0.12 avg60=…</c>.</summary>
    private static double? Average(ReadOnlySpan<byte> text, ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> name = "avg10="u8;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> one))
        {
            var fields = new FieldReader(one);
            if (!fields.Next().SequenceEqual(line))
            {
                continue;
            }

            ReadOnlySpan<byte> field = fields.Next();
            return field.StartsWith(name) && Utf8Parser.TryParse(field[name.Length..], out double percent, out int used) && used == field.Length - name.Length && percent is >= 0 and <= 100
                ? percent
                : null;
        }

        return null;
    }
}
