using LinuxMem.Engine.Reports.Fit;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem;

/// <summary>Whether an instance fits.</summary>
public enum MemFitVerdict
{
    /// <summary>Also what it may hold at the most.</summary>
    Fits,

    /// <summary>What is to be expected fits, what it may hold at the most does not.</summary>
    FitsTight,

    /// <summary>What is to be expected does not.</summary>
    DoesNotFit,
}

/// <summary>
/// Whether an instance of a database fits beside all that runs: what it would hold, what is there, and the least that is left. Sizes are
/// bytes; what does not limit, or is not known, is null.
/// </summary>
public sealed class MemFit
{
    private readonly FitOptions asked;
    private readonly FitDemand demand;
    private readonly FitSupply supply;
    private readonly FitSum sum;

    internal MemFit(FitOptions asked, FitDemand demand, FitSupply supply)
    {
        (this.asked, this.demand, this.supply) = (asked, demand, supply);
        sum = FitSum.Of(asked, demand, supply);
    }

    /// <summary>Whether it fits.</summary>
    public MemFitVerdict Verdict => sum.MarginMost >= 0 ? MemFitVerdict.Fits : sum.Margin >= 0 ? MemFitVerdict.FitsTight : MemFitVerdict.DoesNotFit;

    /// <summary>The least that is left of anything that limits when it holds what is to be expected; below zero it is missing.</summary>
    public long Margin => sum.Margin;

    /// <summary>The same when it holds what it may at the most.</summary>
    public long MarginMost => sum.MarginMost;

    /// <summary>What leaves least: <c>MemAvailable</c>, <c>huge pages</c>, <c>control group</c>, <c>commit limit</c>, <c>kernel.shmall</c>.</summary>
    public string LimitedBy => sum.LimitedBy;

    /// <summary>What is asked for: <c>PostgreSQL</c> or <c>Oracle</c>.</summary>
    public string Kind => asked.IsOracle ? "Oracle" : "PostgreSQL";

    /// <summary>The size that was asked for: <c>shared_buffers</c>, or the SGA.</summary>
    public long Size => asked.Size;

    /// <summary>The number of connections that was asked for.</summary>
    public int Connections => asked.Connections;

    /// <summary>The shared memory that it would make, with what it needs beside <see cref="Size"/>.</summary>
    public long SharedMemory => demand.SharedMemory;

    /// <summary>Private memory of all connections that is to be expected.</summary>
    public long Private => demand.Private;

    /// <summary>Private memory of all connections at the most.</summary>
    public long PrivateMost => demand.PrivateMost;

    /// <summary>Page tables of all connections with base pages that are to be expected.</summary>
    public long PageTables => demand.Tables;

    /// <summary>The same when each connection has touched all of the shared memory.</summary>
    public long PageTablesMost => demand.TablesMost;

    /// <summary>The same with huge pages.</summary>
    public long PageTablesHuge => demand.TablesHuge;

    /// <summary>Whether the shared memory is reckoned in huge pages of the pool.</summary>
    public bool HugePages => sum.UsesPool;

    /// <summary>How many huge pages the shared memory needs; 0 where the machine has none.</summary>
    public long HugePagesNeeded => demand.Pages;

    /// <summary>How many pages of the pool are free and promised to nobody.</summary>
    public long HugePagesFree => supply.PoolPages;

    /// <summary>What it takes of <see cref="MemAvailable"/>, as is to be expected.</summary>
    public long Needed => sum.Needed;

    /// <summary>What it takes of that at the most.</summary>
    public long NeededMost => sum.NeededMost;

    /// <summary>What can be had without swapping.</summary>
    public long MemAvailable => supply.Available;

    /// <summary>Of that, what is free.</summary>
    public long MemFree => supply.Free;

    /// <summary>Of that, what the kernel would have to give up: cache of files, slab.</summary>
    public long Reclaimable => Math.Max(0, supply.Available - supply.Free);

    /// <summary>The control group whose limit leaves least; null where none limits.</summary>
    public string? CgroupPath => supply.Cgroup?.Path;

    /// <summary>Its limit.</summary>
    public long? CgroupLimit => supply.Cgroup?.Limit;

    /// <summary>What may be charged to it beside what it cannot give up.</summary>
    public long? CgroupLeft => supply.Cgroup?.Left;

    /// <summary>What may still be promised where the kernel does not overcommit.</summary>
    public long? CommitLeft => supply.Commit;

    /// <summary>What <c>kernel.shmall</c> leaves for segments.</summary>
    public long? SegmentsLeft => supply.SegmentsLeft;

    /// <summary><c>kernel.shmmax</c>, the largest segment.</summary>
    public long? SegmentMax => supply.SegmentMax;

    /// <summary>How the verdict comes about, a sentence each.</summary>
    public ValueList<string> Reasons => new([.. demand.Reasons, .. sum.Reasons]);

    /// <summary>When it was read, in local time: of a snapshot, when that was taken; null where nothing tells.</summary>
    public DateTime? Time => Origin?.Time;

    /// <summary>The host name of the machine that was read; null where nothing tells.</summary>
    public string? ComputerName => Origin?.ComputerName;

    /// <summary>The tree or snapshot that was read; null for <c>/proc</c>.</summary>
    public string? ProcRoot => Origin?.ProcRoot;

    /// <summary>The machine it is of.</summary>
    internal Origin? Origin { get; init; }

    /// <summary>The verdict and the margin.</summary>
    public override string ToString() => VisibleText.ForTerminal($"{Verdict}: {SizeText.InSentence(Math.Abs(Margin))} {(Margin < 0 ? "missing" : "left")} ({LimitedBy})");
}
