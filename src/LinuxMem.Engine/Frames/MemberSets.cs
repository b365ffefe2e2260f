namespace LinuxMem.Engine.Frames;

/// <summary>
/// Counts by which groups have something in common: what the same groups have is added up first, and goes to each two of them
/// once. Most of what many groups share is shared by the same ones.
/// </summary>
/// <param name="sums">Takes the sums of what is counted; locked while they go in.</param>
/// <param name="others">The same of a second number; null for none.</param>
internal sealed class MemberSets(PairSums sums, PairSums? others = null)
{
    /// <summary>Members that are kept of all sets; then all go to the sums.</summary>
    private const int MaxMembers = 1 << 18;

    private const int Buckets = 1 << 12;

    private readonly int[] buckets = new int[Buckets];
    private readonly List<Entry> entries = [];
    private int[] members = new int[1024];
    private int used;
    private int last = -1;

    /// <summary>Adds what some groups, which ascend, have in common.</summary>
    public void Add(ReadOnlySpan<int> groups, long number, long other = 0)
    {
        if (groups.Length < 2)
        {
            return;
        }

        int found = last >= 0 && Members(entries[last]).SequenceEqual(groups) ? last : Find(groups);
        Entry entry = entries[found];
        entries[found] = entry with { Number = entry.Number + number, Other = entry.Other + other };
        last = found;
    }

    /// <summary>Gives all to the sums.</summary>
    public void Flush()
    {
        lock (sums)
        {
            foreach (Entry entry in entries)
            {
                sums.Add(Members(entry), entry.Number);
                if (entry.Other != 0)
                {
                    others?.Add(Members(entry), entry.Other);
                }
            }
        }

        entries.Clear();
        Array.Clear(buckets);
        used = 0;
        last = -1;
    }

    private ReadOnlySpan<int> Members(in Entry entry) => members.AsSpan(entry.Start, entry.Length);

    private int Find(ReadOnlySpan<int> groups)
    {
        var hash = default(HashCode);
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(groups));
        int bucket = hash.ToHashCode() & (Buckets - 1);
        for (int i = buckets[bucket] - 1; i >= 0; i = entries[i].Next)
        {
            if (Members(entries[i]).SequenceEqual(groups))
            {
                return i;
            }
        }

        // Chains stay short: sets have two members at least, so there are never many more of them than buckets.
        if (used + groups.Length > MaxMembers || entries.Count >= 4 * Buckets)
        {
            Flush();
        }

        if (used + groups.Length > members.Length)
        {
            Array.Resize(ref members, Math.Max(members.Length * 2, used + groups.Length));
        }

        groups.CopyTo(members.AsSpan(used));
        entries.Add(new Entry(used, groups.Length, buckets[bucket] - 1, 0, 0));
        used += groups.Length;
        return (buckets[bucket] = entries.Count) - 1;
    }

    private readonly record struct Entry(int Start, int Length, int Next, long Number, long Other);
}
