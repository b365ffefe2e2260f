using System.Globalization;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>What of shared memory could not be looked at, and the sentences that say so. Used by several threads.</summary>
internal sealed class UnseenObjects
{
    /// <summary>Processes that a warning names.</summary>
    private const int MaxNamed = 5;

    private readonly SharedTable<NumberKey, int> refused = new();
    private readonly HashSet<MemProcess> cutShort = [];
    private int unsplit;

    /// <summary>Names processes of which not all descriptors were looked at; null when there are none.</summary>
    public string? CutShortWarning
    {
        get
        {
            MemProcess[] all;
            lock (cutShort)
            {
                all = [.. cutShort];
            }

            if (all.Length == 0)
            {
                return null;
            }

            string named = string.Join("; ", all.OrderBy(process => process.Id).Take(MaxNamed).Select(process => $"process {process}"));
            string more = all.Length > MaxNamed ? string.Create(CultureInfo.InvariantCulture, $"; and {all.Length - MaxNamed} more") : string.Empty;
            return $"Not all descriptors were looked at, because one user's processes have too many of them: {named}{more}. Shared memory that only these descriptors hold counts as held by nobody.";
        }
    }

    /// <summary>Notes a process whose shared memory may not be looked at.</summary>
    /// <param name="process">The process.</param>
    /// <param name="error">The error number.</param>
    public void Refuse(MemProcess process, int error) => refused.TryAdd(process.Id, error);

    /// <summary>Notes a process of which not all descriptors were looked at.</summary>
    public void CutShort(MemProcess process)
    {
        lock (cutShort)
        {
            cutShort.Add(process);
        }
    }

    /// <summary>Counts an object of which nothing tells what is swapped out.</summary>
    public void CountUnsplit() => Interlocked.Increment(ref unsplit);

    /// <summary>One sentence for each kind of thing that was not looked at. <paramref name="root"/> is the machine.</summary>
    public IEnumerable<string> Warnings(Machine root)
    {
        if (unsplit > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Of {unsplit} shared memory {(unsplit == 1 ? "object" : "objects")} it could not be found out what is swapped out, because they may not be opened: it takes CAP_FOWNER and CAP_DAC_READ_SEARCH. All of them counts as memory.");
        }

        if (CutShortWarning is string cut)
        {
            yield return cut;
        }

        if (refused.IsEmpty)
        {
            yield break;
        }

        foreach (IGrouping<int, Refusal> same in refused.All.Select(pair => new Refusal((int)pair.Key.Value, pair.Value)).OrderBy(refusal => refusal.Id).GroupBy(refusal => refusal.Error))
        {
            // The folder itself is refused with EACCES, as other files of the process are; what it names with EPERM.
            string? takes = same.Key switch
            {
                Errno.EACCES => "CAP_SYS_PTRACE",
                Errno.EPERM => "CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE in the initial user namespace",
                _ => null,
            };
            string why = takes is null ? Errno.Describe(same.Key) : $"{Errno.Describe(same.Key)}: it takes {takes}";
            yield return string.Create(CultureInfo.InvariantCulture, $"Shared memory of {same.Count()} {(same.Count() == 1 ? "process" : "processes")} could not be measured ({root.Path}/{same.First().Id}/map_files: {why}). It counts by page tables alone: mem_held and mem_freed lack what nobody maps at the moment.");
        }
    }

    private sealed record Refusal(int Id, int Error);
}
