using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// Decides which segment each attached mapping really is. A mapping bears a shmid, but not the IPC namespace that it
/// was attached in: a process that leaves the namespace afterwards, or shares its memory with one that lives in another,
/// claims a segment that is not there, or another's.
/// </summary>
/// <remarks>
/// The file behind the mapping tells: its size is that of the segment, and who made it and when made the segment. What fits no
/// table is a segment of its own, counted by its file, and told. So a user can make his own figures strange, and
/// no others.
/// </remarks>
/// <param name="root">The machine.</param>
/// <param name="sizes">The tables, all loaded; takes the segments that no table has.</param>
internal sealed class SegmentClaims(Machine root, SegmentSizes sizes)
{
    private const int NamedAtMost = 5;

    private readonly StructTable<SegmentId, FileUsage> known = new();
    private readonly StructTable<SegmentFile, SegmentId> strays = new();
    private readonly StructTable<SegmentFile, SegmentId> owners = new();
    private readonly Dictionary<AttachedSegment[], AttachedSegment[]> sound = [];
    private readonly SegmentSecondLook secondLook = new(root);
    private readonly StructSet<SizedId> there = new();
    private readonly List<string> named = [];
    private MemProcess? lastNamed;
    private int contradictions;
    private int uncounted;

    /// <summary>True when a claim turned out to be of another segment than it said.</summary>
    public bool HasMoved { get; private set; }

    /// <summary>Hears claims; all are to be heard before any is resolved.</summary>
    public void Hear(AttachedSegment[] claims)
    {
        foreach (AttachedSegment claim in claims)
        {
            Hear(claim, out _);
        }
    }

    /// <summary>Hears a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="replaces">True when those heard before for the same segment turn out to be of another.</param>
    /// <returns>True when it fits the table better than, or as, all heard before.</returns>
    public bool Hear(in AttachedSegment claim, out bool replaces)
    {
        replaces = false;
        if (!sizes.TryFind(claim.Id, out SysvShmFile segment) || claim.File is not FileUsage file)
        {
            bool isThere = sizes.TryFind(claim.Id, out _);
            if (isThere)
            {
                there.Add(new SizedId(claim.Id.ShmId, claim.PageSize));
            }

            return isThere;
        }

        if (!Fits(segment, claim))
        {
            return false;
        }

        bool isKnown = known.TryGetValue(claim.Id, out FileUsage other);
        if (isKnown && (IsSame(file, other) || !IsBetter(file, other, segment)))
        {
            return IsSame(file, other);
        }

        replaces = isKnown;
        known[claim.Id] = file;
        owners[Mark(file)] = claim.Id;
        return true;
    }

    /// <summary>The segments that a process really has attached. Where nothing is wrong with a list, it is resolved once.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public AttachedSegment[] Resolve(MemProcess process, AttachedSegment[] claims)
    {
        root.Cancellation.ThrowIfCancellationRequested();
        if (claims.Length == 0)
        {
            return claims;
        }

        if (sound.TryGetValue(claims, out AttachedSegment[]? resolved))
        {
            return resolved;
        }

        var each = new StructList<AttachedSegment>(claims.Length);
        var seen = new StructSet<SegmentId>();
        foreach (AttachedSegment claim in claims)
        {
            AttachedSegment one = Resolve(process, claim);
            if (seen.Add(one.Id))
            {
                each.Add(one);
            }
        }

        resolved = each.ToArray();
        if (AreTrue(claims))
        {
            sound[claims] = resolved;
        }

        return resolved;
    }

    /// <summary>
    /// Looks again at the mappings that no table has: a segment that has been removed since the process was read is in none
    /// either, and nothing is wrong with that. To be called before <see cref="Resolve(MemProcess, AttachedSegment[])"/>.
    /// </summary>
    /// <param name="claims">The processes with what they claim.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void LookAgain(IReadOnlyList<ProcessClaims> claims, int threads, CancellationToken cancellation) =>
        secondLook.Take(claims, claim => !IsTrue(claim) && !IsAnothers(claim, out _), threads, cancellation);

    /// <summary>True when the mapping is the segment that the table has under its number.</summary>
    public bool IsTrue(in AttachedSegment claim) =>
        sizes.TryFind(claim.Id, out SysvShmFile segment)
        && (claim.File is not FileUsage file || (Fits(segment, claim) && (!known.TryGetValue(claim.Id, out FileUsage best) || IsSame(file, best))));

    /// <summary>Names the processes with segments that no table has; null when there are none.</summary>
    /// <param name="areListed">Whether the report is of segments: such are not in it. Otherwise they count by their files.</param>
    public string? Warning(bool areListed = false)
    {
        if (contradictions == 0)
        {
            return null;
        }

        string rest = contradictions > named.Count ? $"; and {contradictions - named.Count} more" : string.Empty;
        string counted = areListed ? "They are not listed."
            : uncounted == 0
            ? "They are counted by their own files."
            : $"{uncounted} of them cannot be counted; the others are, by their own files.";
        return $"SysV segments are attached that the table of the process's IPC namespace does not have (a process that leaves its namespace takes them along): {string.Join("; ", named)}{rest}. {counted}";
    }

    private bool AreTrue(AttachedSegment[] claims)
    {
        foreach (AttachedSegment claim in claims)
        {
            if (!IsTrue(claim))
            {
                return false;
            }
        }

        return true;
    }

    private bool Fits(in SysvShmFile segment, in AttachedSegment claim) => claim.File is FileUsage file && Fits(root, segment, file, claim.PageSize);

    /// <summary>
    /// True when the file may be that of the segment: hugetlb files are as long as their pages. A file is of whoever made the
    /// segment, whom nobody else can feign, whatever number and time he gives his own. (A snapshot does not tell the owners of files.)
    /// </summary>
    public static bool Fits(Machine root, in SysvShmFile segment, in FileUsage file, ulong pageSize)
    {
        ulong page = Math.Max(1, pageSize);
        return file.Identity.Inode == segment.ShmId && (file.Uid == segment.CreatorUid || !root.ProcessesEnd)
            && (file.Size == segment.Size || file.Size == (segment.Size / page * page) + (segment.Size % page == 0 ? 0 : page));
    }

    /// <summary>Of two files that fit, the one made when the segment was: nobody makes a file in the past.</summary>
    private static bool IsBetter(in FileUsage file, in FileUsage other, in SysvShmFile segment)
    {
        long one = Math.Abs(Seconds(file) - segment.ChangeTime);
        long two = Math.Abs(Seconds(other) - segment.ChangeTime);
        return one < two || (one == two && file.Made < other.Made);
    }

    private static long Seconds(in FileUsage file) => file.Made / 1_000_000_000;

    /// <summary>True when both are one file, and not one that came after the other under the same number.</summary>
    internal static bool IsSame(in FileUsage one, in FileUsage other) => Mark(one) == Mark(other);

    private static SegmentFile Mark(in FileUsage file) => new(file.Identity, file.Mark);

    /// <summary>True when the file is that of a segment which a table has under another number of a namespace.</summary>
    private bool IsAnothers(in AttachedSegment claim, out SegmentId id)
    {
        id = default;
        return claim.File is FileUsage file && owners.TryGetValue(Mark(file), out id) && IsTrue(claim with { Id = id });
    }

    private AttachedSegment Resolve(MemProcess process, in AttachedSegment claim)
    {
        if (IsTrue(claim))
        {
            return claim;
        }

        // Others may have it attached who live where its table is (a child that inherited it and left): then it is that.
        if (IsAnothers(claim, out SegmentId id))
        {
            HasMoved = true;
            return claim with { Id = id };
        }

        if (claim.File is FileUsage seen && strays.TryGetValue(Mark(seen), out id))
        {
            Name(process, claim);
            return claim with { Id = id };
        }

        root.Cancellation.ThrowIfCancellationRequested();
        if (!IsStillAttached(process, claim, out FileUsage? now))
        {
            return claim;
        }

        if (now is null && there.Contains(new SizedId(claim.Id.ShmId, claim.PageSize)))
        {
            // No file tells, and another process has the number: most likely a child that inherited it and left.
            return claim;
        }

        HasMoved = true;
        Name(process, claim with { File = now });
        if (now is not FileUsage file)
        {
            uncounted++;
            return claim with { Id = SegmentId.Stray(0, claim.Id.ShmId) };
        }

        if (strays.TryGetValue(Mark(file), out id))
        {
            return claim with { Id = id };
        }

        id = SegmentId.Stray((ulong)strays.Count + 1, claim.Id.ShmId);
        strays[Mark(file)] = id;
        sizes.AddStray(id, file);
        return claim with { Id = id };
    }

    /// <summary>Whether the mapping was still there, as <see cref="LookAgain"/> saw it; also when its process did not answer then.</summary>
    /// <param name="process">The process that claims it.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="file">The file that was seen last; null where none tells.</param>
    public bool IsStillAttached(MemProcess process, in AttachedSegment claim, out FileUsage? file) => secondLook.IsStillAttached(process, claim, out file);

    /// <summary>Takes down a contradiction: the first of each of a few processes.</summary>
    public void Name(MemProcess process, in AttachedSegment claim)
    {
        contradictions++;
        if (named.Count < NamedAtMost && lastNamed != process)
        {
            lastNamed = process;
            named.Add($"process {process}: shmid {claim.Id.ShmId}{(claim.File is FileUsage file ? $", {Texts.SizeText.InSentence((long)Math.Min(file.Bytes, long.MaxValue))}" : string.Empty)}");
        }
    }
}
