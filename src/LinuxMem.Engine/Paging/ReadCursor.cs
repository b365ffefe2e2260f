namespace LinuxMem.Engine.Paging;

/// <summary>A part of an address space that is still to be read.</summary>
internal struct ReadCursor
{
    /// <summary>The first mapping that is not read to its end.</summary>
    public int Index;

    /// <summary>Everything below this address has been read.</summary>
    public ulong Address;

    /// <summary>Where the part ends.</summary>
    public ulong Stop;

    /// <summary>Pages found so far in the mapping at <see cref="Index"/>, where smaps told how many there are.</summary>
    public ulong Found;

    /// <summary>True where large mappings seem to be full of base pages, so that they are read without a scan.</summary>
    public bool IsDense;

    /// <summary>The whole of an address space.</summary>
    /// <param name="isDense">Whether most of it is populated.</param>
    public static ReadCursor Whole(bool isDense) => new() { Stop = ulong.MaxValue, IsDense = isDense };

    /// <summary>Passes over mappings that need no reading; false when nothing is left.</summary>
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

    /// <summary>Leaves the rest of the mapping unread.</summary>
    public void MoveToNextMapping()
    {
        Index++;
        Found = 0;
    }

    /// <summary>
    /// Hands half of what is left to another cursor, measured by addresses: what is populated is not known,
    /// and a half that turns out empty is soon done and the other halved again.
    /// </summary>
    /// <param name="mappings">The mappings of the address space.</param>
    /// <param name="granularity">A power of two that the cut is a multiple of, in bytes.</param>
    /// <param name="other">The upper half.</param>
    /// <returns>False when too little is left.</returns>
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

            // A mapping that is given up early by its count is not cut: the count is of all of it.
            ulong cut = mappings[i].Populated == Mapping.Unknown
                ? (Math.Max(Address, mappings[i].Start) + half) & ~(granularity - 1)
                : mappings[i].Start;

            // Rounded down it may lie before the mapping, where this cursor still has other mappings to read.
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
