using System.Globalization;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports.Fit;

/// <summary>What an instance would hold. Sizes are bytes.</summary>
internal sealed record FitDemand
{
    /// <summary>PostgreSQL's pages (<c>block_size</c>).</summary>
    public const long Block = 8192;

    /// <summary>
    /// What PostgreSQL has in shared memory beside its buffers, in the terms of its documentation (Managing Kernel Resources, Shared
    /// Memory): for each buffer, for each connection, WAL buffers, and a fixed part. The numbers are what
    /// <c>postgres -C shared_memory_size</c> tells of PostgreSQL 15, within 1 %, with 16 MB to 64 GB of buffers and 20 to 1,000 connections.
    /// </summary>
    public const long PerBuffer = 180, PerConnection = 46 << 10, Fixed = 7 << 19;

    /// <summary><c>max_connections</c>, if nothing is said.</summary>
    public const int DefaultConnections = 100;

    private const long MiB = 1 << 20;

    /// <summary>The shared memory.</summary>
    public required long SharedMemory { get; init; }

    /// <summary>How many pages of the pool it needs.</summary>
    public required long Pages { get; init; }

    /// <summary>Private memory that is to be expected.</summary>
    public required long Private { get; init; }

    /// <summary>Private memory at the most.</summary>
    public required long PrivateMost { get; init; }

    /// <summary>Page tables of all connections that are to be expected with base pages.</summary>
    public required long Tables { get; init; }

    /// <summary>The same at the most: when each connection has touched all of the shared memory.</summary>
    public required long TablesMost { get; init; }

    /// <summary>The same with huge pages.</summary>
    public required long TablesHuge { get; init; }

    /// <summary>How it comes about, a sentence each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Works it out.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="measured">What connections take that run now; null where there are none, or where nobody asks.</param>
    /// <param name="page">The size of a base page.</param>
    /// <param name="huge">The size of the pool's pages; 0 where there is none.</param>
    /// <exception cref="LinuxMemException">Nothing tells what a connection takes.</exception>
    public static FitDemand Of(FitOptions options, ConnectionMemory? measured, long page, long huge)
    {
        var reasons = new List<string>();
        long shared = SharedOf(options, reasons);
        (long expected, long most) = PrivateOf(options, measured, reasons);
        long full = TablesOf(shared, page, page) + (measured?.OwnTables ?? 0);

        // Connections of a larger memory come to touch more of it; none can have more tables than for all of it.
        long each = measured is { SharedSize: > 0 } known
            ? Math.Min(full, Math.Max(known.PageTables, (long)(known.PageTables * Math.Max(1, (double)shared / known.SharedSize))))
            : full;
        long hugeEach = huge > 0 ? TablesOf(shared, huge, page) + (measured?.OwnTables ?? 0) : full;
        if (options.Connections > 0)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"Page tables of {options.Connections} connections: {Text(options.Connections * each)}{(each == full ? string.Empty : $", by those that run now, and {Text(options.Connections * full)} when each has touched all of it")}; with huge pages {Text(options.Connections * hugeEach)}."));
        }

        return new FitDemand
        {
            SharedMemory = shared,
            Pages = huge > 0 ? new DatabaseMemory(string.Empty, options.IsOracle, shared, page).Pages(huge) : 0,
            Private = expected,
            PrivateMost = most,
            Tables = options.Connections * each,
            TablesMost = options.Connections * full,
            TablesHuge = options.Connections * hugeEach,
            Reasons = reasons,
        };
    }

    /// <summary>The tables that map memory: an entry of 8 bytes for each page, whole tables of a base page.</summary>
    /// <param name="shared">The memory.</param>
    /// <param name="size">The size of its pages.</param>
    /// <param name="page">The size of a base page.</param>
    public static long TablesOf(long shared, long size, long page)
    {
        long span = size * (page / sizeof(ulong));
        return ((shared / span) + (shared % span == 0 ? 0 : 1)) * page;
    }

    private static long SharedOf(FitOptions options, List<string> reasons)
    {
        if (options.Sga is long sga)
        {
            reasons.Add($"Shared memory: the SGA of {Text(sga)}.");
            return sga;
        }

        long buffers = options.SharedBuffers!.Value;
        int connections = options.Connections > 0 ? options.Connections : DefaultConnections;

        // wal_buffers = -1: a 32nd of shared_buffers, not less than 64 kB nor more than a segment of WAL.
        long wal = Math.Clamp(buffers / 32, 64 << 10, 16 * MiB);
        long perBuffers = buffers / Block * PerBuffer;
        long shared = buffers + perBuffers + (connections * PerConnection) + wal + Fixed;
        reasons.Add(string.Create(CultureInfo.InvariantCulture, $"Shared memory: {Text(shared)}, shared_buffers of {Text(buffers)} and {Text(shared - buffers)} beside: {PerBuffer} bytes for each buffer, {PerConnection >> 10} KiB for each of {connections} connections, {Text(wal)} of WAL buffers, {Text(Fixed)} for the rest."));
        return shared;
    }

    private static (long Expected, long Most) PrivateOf(FitOptions options, ConnectionMemory? measured, List<string> reasons)
    {
        int count = options.Connections;
        if (count == 0)
        {
            reasons.Add("Private memory is not counted: no number of connections was given.");
            return default;
        }

        long more = options.WorkMem ?? 0;
        string beside = more > 0 ? $" and one work_mem of {Text(more)} each" : string.Empty;
        if (options.ConnectionMemory is long given)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"Private memory: {count} connections of {Text(given)}, as given{(more > 0 ? $"; at the most one work_mem of {Text(more)} more for each" : string.Empty)}."));
            return (count * given, count * (given + more));
        }

        if (measured is not null)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"Private memory: {count} connections of {Text(measured.Median)}, the median of the {measured.Connections} of {measured.Instances} {(measured.Instances == 1 ? "instance" : "instances")} that run now; at the most {Text(measured.Largest)}, as the largest{beside}."));
            return (count * measured.Median, count * (measured.Largest + more));
        }

        if (!options.IsOracle)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "What a connection takes is not known: no client is connected to a cluster of PostgreSQL here, and its documentation gives no number. Give the memory of a connection (-ConnectionMemory), or ask without connections.");
        }

        // Database Reference: PGA_AGGREGATE_TARGET is by default 10 MB or 20% of the SGA, whichever is greater; PGA_AGGREGATE_LIMIT the
        // greatest of 2 GB, 200% of that, and 3 MB times PROCESSES.
        long target = Math.Max(10 * MiB, options.Size / 5), limit = Math.Max(Math.Max(2048 * MiB, 2 * target), count * 3 * MiB);
        reasons.Add($"Private memory: no session of Oracle runs here, so its documented defaults are assumed: {Text(target)} (PGA_AGGREGATE_TARGET: 10 MB or 20 % of the SGA), at the most {Text(limit)} (PGA_AGGREGATE_LIMIT: 2 GB, twice the target, or 3 MB for each process).");
        return (target, limit);
    }

    private static string Text(long bytes) => SizeText.InSentence(bytes);
}
