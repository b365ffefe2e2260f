using System.Numerics;

namespace LinuxMem.FrameSets;

/// <summary>The sets that the frame set is compared with, each written as well as it can be.</summary>
internal static class PlainSets
{
    /// <summary>Sets the bits of a run, a word at a time.</summary>
    public static void SetRun(ulong[] bitmap, FrameRun run)
    {
        uint at = run.First;
        for (int left = run.Length; left > 0;)
        {
            int bit = (int)(at & 63);
            int n = Math.Min(left, 64 - bit);
            bitmap[at >> 6] |= (n == 64 ? ulong.MaxValue : (1UL << n) - 1) << bit;
            at += (uint)n;
            left -= n;
        }
    }

    /// <summary>OR of a whole bitmap, in vectors.</summary>
    public static void Or(ulong[] target, ulong[] other)
    {
        int width = Vector<ulong>.Count;
        for (int i = 0; i < target.Length; i += width)
        {
            (new Vector<ulong>(target, i) | new Vector<ulong>(other, i)).CopyTo(target, i);
        }
    }

    /// <summary>All frames, sorted, each once.</summary>
    public static uint[] Sorted(FrameRun[] runs, int frames)
    {
        uint[] all = new uint[frames];
        int n = 0;
        foreach (FrameRun run in runs)
        {
            for (int i = 0; i < run.Length; i++)
            {
                all[n++] = run.First + (uint)i;
            }
        }

        Array.Sort(all, 0, n);
        int distinct = 0;
        for (int i = 0; i < n; i++)
        {
            if (i == 0 || all[i] != all[i - 1])
            {
                all[distinct++] = all[i];
            }
        }

        return all[..distinct];
    }

    /// <summary>The union of two sorted arrays.</summary>
    public static uint[] Merge(uint[] a, uint[] b)
    {
        uint[] merged = new uint[a.Length + b.Length];
        int i = 0, j = 0, k = 0;
        while (i < a.Length && j < b.Length)
        {
            uint x = a[i], y = b[j];
            merged[k++] = Math.Min(x, y);
            i += x <= y ? 1 : 0;
            j += y <= x ? 1 : 0;
        }

        a.AsSpan(i).CopyTo(merged.AsSpan(k));
        k += a.Length - i;
        b.AsSpan(j).CopyTo(merged.AsSpan(k));
        k += b.Length - j;
        return merged[..k];
    }

    public static void AddTo(HashSet<uint> set, FrameRun[] runs)
    {
        foreach (FrameRun run in runs)
        {
            for (int i = 0; i < run.Length; i++)
            {
                set.Add(run.First + (uint)i);
            }
        }
    }
}
