namespace LinuxMem.Engine.Paging;

/// <summary>
/// The part of an address space that is still to be read; it can be split so that threads share a large process.
/// </summary>
internal struct ReadCursor
{
    /// <summary>The index of the first mapping that is not fully read.</summary>
    public int Index;

    /// <summary>Everything below this address has been read.</summary>
    public ulong Address;

    /// <summary>The end of the part, exclusive.</summary>
    public ulong Stop;

    /// <summary>Pages found so far in the mapping at <see cref="Index"/>, where smaps told its page count.</summary>
    public ulong Found;

    /// <summary>True while much of large mappings appears to be there, in base pages, so that they are read without a scan.</summary>
    public bool IsDense;

    /// <summary>A cursor over the whole address space.</summary>
    /// <param name="isDense">Whether much of it is populated (<see cref="PagemapReader.IsDense"/>).</param>
    public static ReadCursor Whole(bool isDense) => new() { Stop = ulong.MaxValue, IsDense = isDense };

    /// <summary>Skips mappings that need no reading; false when nothing is left.</summary>
    public bool MoveToReadable(ReadOnlySpan<Mapping> mappings)
    {
        while (Index < mappings.Length && mappings[Index].Start < Stop && Address < Stop)
        {
            ref readonly Mapping mapping = ref mappings[Index];
            if (mapping.Kind != MappingKind.Skipped && mapping.End > Address)
            {
                Address = Math.Max(Address, mapping.Start);
                return true;
            }

            MoveToNextMapping();
        }

        Index = mappings.Length;
        return false;
    }

    /// <summary>Skips the rest of the mapping.</summary>
    public void MoveToNextMapping()
    {
        Index++;
        Found = 0;
    }

    /// <summary>
    /// Moves the upper half of what is left to another cursor. The half is by addresses, because what is populated is
    /// not known; a half that proves empty is soon done, and then the other can be split again.
    /// </summary>
    /// <param name="mappings">The mappings of the address space.</param>
    /// <param name="granularity">The alignment of the cut in bytes, a power of two.</param>
    /// <param name="other">The upper half.</param>
    /// <returns>False when too little is left to split.</returns>
    public bool TrySplit(ReadOnlySpan<Mapping> mappings, ulong granularity, out ReadCursor other)
    {
        other = default;
        ulong left = 0;
        for (int i = Index; i < mappings.Length && mappings[i].Start < Stop; i++)
        {
            left += Unread(mappings[i]);
        }

        if (left < 16 * granularity)
        {
            return false;
        }

        ulong half = left / 2;
        for (int i = Index; i < mappings.Length; i++)
        {
            ulong here = Unread(mappings[i]);
            if (here <= half)
            {
                half -= here;
                continue;
            }

            // A mapping with a known page count is not cut: the count is for all of it.
            ulong cut = mappings[i].Populated == Mapping.Unknown
                ? (Math.Max(Address, mappings[i].Start) + half) & ~(granularity - 1)
                : mappings[i].Start;

            // Rounding down may put the cut below the mapping, into mappings that belong to this cursor.
            cut = Math.Max(cut, mappings[i].Start);
            if (cut <= Address || cut >= Stop)
            {
                return false;
            }

            other = new ReadCursor { Index = i, Address = cut, Stop = Stop, IsDense = IsDense };
            Stop = cut;
            return true;
        }

        return false;
    }

    private readonly ulong Unread(in Mapping mapping)
    {
        ulong start = Math.Max(Address, mapping.Start);
        ulong end = Math.Min(Stop, mapping.End);
        return mapping.Kind != MappingKind.Skipped && start < end ? end - start : 0;
    }
}
