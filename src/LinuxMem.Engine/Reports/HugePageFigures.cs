using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>What a scan, of this alone or of all of a machine, tells of who has huge pages.</summary>
/// <param name="machine">The machine.</param>
/// <param name="databases">The databases on it.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class HugePageFigures(Machine machine, DatabaseSplit databases, CancellationToken cancellation) : IDisposable
{
    private readonly List<HugePageHolder> holders = [];
    private readonly Kpageflags flags = new(machine);
    private IReadOnlyList<DatabaseMemory> memory = [];
    private bool isKnown;
    private long privately;
    private long space;

    /// <summary>The shared memory objects that processes hold.</summary>
    public SharedObject[] Objects { get; private set; } = [];

    /// <summary>Counts what each holder has.</summary>
    /// <param name="report">The report of <see cref="HolderSplit"/>.</param>
    /// <param name="groups">Its groups, with private huge pages by name.</param>
    /// <param name="facts">What they are counted by.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void CountHolders(MemReport report, IReadOnlyList<GroupPages> groups, ReportFacts facts)
    {
        long page = (long)facts.State.Paging.PageSize;
        Dictionary<MemCounts, string> names = report.Groups.ToDictionary(group => group.Counts!, group => group.GroupName);

        // A page that is private and of two holders, as after fork(2), is one page.
        using var arena = new FrameArena(facts.State.Budget);
        using var all = new FrameSet(facts.State.Budget);
        foreach (GroupPages group in groups.Where(group => group.Names is not null))
        {
            long its = 0, itsSpace = 0;
            foreach (NamedPages.Pages pages in group.Names!.All.Where(pair => facts.State.Names![pair.Key].Kind == MappedKind.HugePages).Select(pair => pair.Value))
            {
                its += pages.Frames is null ? 0 : FrameCount.Of(pages.Frames, facts.Ram) * page;
                itsSpace += (long)Math.Min(pages.Size, long.MaxValue >> 8);
                if (pages.Frames is not null)
                {
                    all.AddAll(pages.Frames, arena);
                }
            }

            holders.Add(new HugePageHolder(
                names[group.Counts!],
                group.Objects,
                its,
                itsSpace,
                machine.HasAllFlags ? HugePageHolder.Count(group.Frames, flags, machine.TransparentPageSize, machine.PageSize, cancellation) : null));
            space += itsSpace;
        }

        privately += FrameCount.Of(all, facts.Ram) * page;
    }

    /// <summary>Takes what the databases and all others hold, while the reading is there.</summary>
    /// <param name="whole">The groups of <see cref="HolderSplit"/>.</param>
    /// <param name="single">Groups of one process each, and others.</param>
    /// <param name="pidOf">The process that one of these is; null for the others.</param>
    /// <param name="tellsObjects">Whether shared memory is told from files.</param>
    public void Look(GroupPages[] whole, GroupPages[] single, Func<GroupKey, int?> pidOf, bool tellsObjects)
    {
        Objects = [.. whole.SelectMany(group => group.Objects).Distinct()];
        memory = databases.Memory(single, pidOf);
        isKnown = tellsObjects;
    }

    /// <summary>Who has the pages; null where that is not known.</summary>
    /// <param name="segments">Finds the segments that no process holds.</param>
    public HugePageUse? Use(Func<IEnumerable<Listed>> segments) => isKnown
        ? new HugePageUse(Objects, [.. segments().Where(one => one.Mapped == 0)], privately, space, memory) { Holders = holders }
        : null;

    /// <inheritdoc/>
    public void Dispose() => flags.Dispose();
}
