using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>Splits by effective user.</summary>
public sealed class UidSplit : Split
{
    private readonly Lock gate = new();

    /// <summary>The keys of the users met, each made once, and whose names they have.</summary>
    private readonly StructTable<NumberKey, GroupKey> keys = new();
    private UserNames? of;

    /// <inheritdoc/>
    public override string Name => "UID";

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Owner;

    /// <inheritdoc/>
    internal override string? Caveat(IReadOnlyList<MemProcess> processes) => processes.FirstOrDefault()?.UsersCaveat;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
    {
        if (process.Uid is not long uid)
        {
            return null;
        }

        UserNames names = process.Table.Root.Users;
        if (Find(names, uid) is GroupKey known)
        {
            return known;
        }

        // Not while others wait: a name service may take its time.
        string user = process.User!;
        GroupKey key = GroupKey.Of(uid, user) with { LongerNames = () => UserNames.Longer(user, uid) };
        lock (gate)
        {
            if (of == names)
            {
                keys.TryAdd(uid, key);
            }
        }

        return key;
    }

    private GroupKey? Find(UserNames names, long uid)
    {
        lock (gate)
        {
            if (of != names)
            {
                of = names;
                keys.Clear();
            }

            return keys.ContainsKey(uid) ? keys[uid] : null;
        }
    }
}
