using System.Globalization;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Reports;

/// <summary>A piece of shared memory of a database. Sizes are bytes.</summary>
/// <param name="Owner">Whose it is, to be shown.</param>
/// <param name="IsOracle">True for a segment of an Oracle instance, false for the main shared memory of a cluster of PostgreSQL.</param>
/// <param name="Size">How large it is.</param>
/// <param name="PageSize">The size of its pages.</param>
internal sealed record DatabaseMemory(string Owner, bool IsOracle, long Size, long PageSize)
{
    /// <summary>More databases than a pool is explained by: anybody can make processes that are called as one is.</summary>
    private const int MaxNamed = 50;

    /// <summary>Its database, in a sentence.</summary>
    public string Name => $"{(IsOracle ? "Oracle" : "PostgreSQL")} {Owner}";

    /// <summary>
    /// The processes of databases that hold it: their ids, their page tables, how many base pages they map of shared memory (null where
    /// that is not counted: of segments), and of all else.
    /// </summary>
    public IReadOnlyList<(int Pid, long? PageTables, long? SharedPages, long OtherPages)> Holders { get; init; } = [];

    /// <summary>
    /// How many huge pages it needs. Oracle's script (hugepages_settings.sh, MOS 401749.1) counts segments of one page or more, each
    /// by its whole pages and one more; PostgreSQL (shared_memory_size_in_huge_pages) divides and rounds up.
    /// </summary>
    /// <param name="huge">The size of a huge page.</param>
    public long Pages(long huge) => !IsOracle ? (Size / huge) + (Size % huge == 0 ? 0 : 1) : Size >= huge ? (Size / huge) + 1 : 0;

    /// <summary>
    /// The pieces that a machine can hold at all. Any user can call a process as that of a database is called, and make a segment of any size
    /// that takes no memory: what is larger than all of it must not decide what an administrator sets.
    /// </summary>
    /// <param name="pieces">All pieces.</param>
    /// <param name="memory">Bytes of memory that the machine has; null where that is not known.</param>
    /// <param name="page">The size of a huge page.</param>
    /// <param name="warnings">Takes what is left out, and what does not fit together.</param>
    public static DatabaseMemory[] ThatFit(IReadOnlyCollection<DatabaseMemory> pieces, long? memory, long page, List<string> warnings)
    {
        if (memory is not long total)
        {
            return [.. pieces];
        }

        DatabaseMemory[] fit = [.. pieces.Where(piece => piece.Size <= total)];
        DatabaseMemory[] larger = [.. pieces.Where(piece => piece.Size > total)];
        if (larger.Length == 1)
        {
            warnings.Add($"{VisibleText.InMessage(larger[0].Name)} has {SizeText.InSentence(larger[0].Size)} of shared memory, more than this machine has memory: huge pages are not recommended for it.");
        }
        else if (larger.Length > 1)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{larger.Length} pieces of shared memory of databases are each larger than this machine's memory, and huge pages are not recommended for them: {Examples.Of(Array.ConvertAll(larger, piece => $"{piece.Name}: {SizeText.InSentence(piece.Size)}"), "; ")}."));
        }

        if (fit.Sum(piece => (decimal)piece.Pages(page)) * page > total)
        {
            warnings.Add($"The huge pages of {SizeText.InSentence(page)} that are recommended are more than this machine has memory. They are for: {Describe(fit, Examples.Most)}.");
        }

        return fit;
    }

    /// <summary>Whether a pool would have it: one that has it already, or, of base pages, the pool of the default size.</summary>
    /// <param name="huge">The size of the pool's pages.</param>
    /// <param name="basePage">The size of a base page.</param>
    /// <param name="isDefault">Whether the size is the default.</param>
    public bool IsOf(long huge, long basePage, bool isDefault) => PageSize == huge || (PageSize == basePage && isDefault);

    /// <summary>The page tables of the holders of some pieces today, and how much of them huge pages would save at the most.</summary>
    /// <param name="pieces">The pieces, all of base pages.</param>
    /// <param name="page">The size of a base page, and of a page table.</param>
    public static (long? Today, long? Saved) Tables(IReadOnlyList<DatabaseMemory> pieces, long page)
    {
        long? today = 0, saved = 0;
        long span = page * (page / sizeof(ulong));
        foreach (var holder in pieces.SelectMany(piece => piece.Holders.Select(one => (one.Pid, one.PageTables, one.SharedPages, one.OtherPages, piece.Size))).GroupBy(one => one.Pid))
        {
            (_, long? tables, long? shared, long other, _) = holder.First();

            // A table maps up to so many bytes; and there are no more of them than pages that they map. What all else needs stays, and
            // the two levels above.
            long most = Math.Min(holder.Sum(one => (one.Size / span) + 1), shared ?? long.MaxValue) * page;
            long stays = ((other * page / span) + 2) * page;
            today += tables;
            saved += tables is long known ? Math.Min(most, Math.Max(0, known - stays)) : null;
        }

        return (today, saved);
    }

    /// <summary>Says what a number of pages is for.</summary>
    /// <param name="pieces">The pieces that are counted.</param>
    /// <param name="most">How many databases are named.</param>
    public static string Describe(IReadOnlyCollection<DatabaseMemory> pieces, int most = MaxNamed)
    {
        var texts = new List<string>();
        foreach (var of in pieces.GroupBy(piece => (piece.Owner, piece.IsOracle)))
        {
            int count = of.Count();
            texts.Add(of.Key.IsOracle
                ? string.Create(CultureInfo.InvariantCulture, $"Oracle {of.Key.Owner}: {count} {(count == 1 ? "segment" : "segments")}, each its whole pages and one more (MOS 401749.1)")
                : $"PostgreSQL {of.Key.Owner}: main shared memory, rounded up (shared_memory_size_in_huge_pages)");
        }

        return texts.Count == 0 ? "no database was found whose shared memory would be in this pool" : string.Join("; ", texts.Count > most ? [.. texts.Take(most), string.Create(CultureInfo.InvariantCulture, $"and {texts.Count - most} more")] : texts);
    }
}
