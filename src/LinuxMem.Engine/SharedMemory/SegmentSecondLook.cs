using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>
/// The second look at attached mappings that no table has: between the two a segment may have been detached and removed, and only
/// what is there both times contradicts the tables.
/// </summary>
/// <param name="root">The machine.</param>
internal sealed class SegmentSecondLook(Machine root)
{
    private readonly SharedTable<Attachment, SegmentLook> seen = new();

    /// <summary>Looks again at the mappings that are doubted; at none of what was recorded, which is as it was.</summary>
    /// <param name="claims">The processes with what they claim.</param>
    /// <param name="isDoubted">Whether a claim agrees with no table.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Take(IReadOnlyList<ProcessClaims> claims, Func<AttachedSegment, bool> isDoubted, int threads, CancellationToken cancellation)
    {
        if (!root.ProcessesEnd)
        {
            return;
        }

        // Equal lists are one list: each is gone through once.
        var doubtful = new Dictionary<MemProcess, AttachedSegment[]>();
        foreach (IGrouping<AttachedSegment[], MemProcess> same in claims.GroupBy(one => one.Claims, one => one.Process))
        {
            cancellation.ThrowIfCancellationRequested();
            AttachedSegment[] doubted = Doubted(same.Key, isDoubted);
            foreach (MemProcess process in doubted.Length > 0 ? same : Enumerable.Empty<MemProcess>())
            {
                doubtful[process] = [.. doubtful.GetValueOrDefault(process, []), .. doubted];
            }
        }

        ProcessInquiry.Each([.. doubtful.Keys], threads, Ask, Keep, cancellation);

        FileUsage?[] Ask(MemProcess process)
        {
            Span<byte> name = stackalloc byte[64];
            _ = process.FindAddressSpace();
            using MachineFolder place = root.OpenPlace(process.AddressSpacePath(name, default));
            AttachedSegment[] mine = doubtful[process];
            var found = new FileUsage?[mine.Length];
            bool isThere = place.IsOpen && process.Owns(place);
            for (int i = 0; i < mine.Length; i++)
            {
                found[i] = isThere ? AttachedSegment.FileOf(place, mine[i].Start, mine[i].End) : null;
            }

            return found;
        }

        void Keep(MemProcess process, FileUsage?[] found)
        {
            for (int i = 0; i < found.Length; i++)
            {
                seen[new Attachment(process, doubtful[process][i].Start)] = new SegmentLook(found[i]);
            }
        }
    }

    /// <summary>Whether a mapping was still there; also when nobody looked again, or its process did not answer.</summary>
    /// <param name="process">The process that claims it.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="file">The file that was seen last; null where none tells.</param>
    public bool IsStillAttached(MemProcess process, in AttachedSegment claim, out FileUsage? file)
    {
        file = claim.File;
        if (!seen.TryGetValue(new Attachment(process, claim.Start), out SegmentLook look))
        {
            return true;
        }

        if (look.File is not FileUsage now || (file is FileUsage before && !SegmentClaims.IsSame(before, now)))
        {
            return false;
        }

        file = now;
        return true;
    }

    private static AttachedSegment[] Doubted(AttachedSegment[] claims, Func<AttachedSegment, bool> isDoubted)
    {
        var doubted = new StructList<AttachedSegment>();
        foreach (AttachedSegment claim in claims)
        {
            if (isDoubted(claim))
            {
                doubted.Add(claim);
            }
        }

        return doubted.ToArray();
    }
}
