using LinuxMem.Engine.Collections;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// How much is read of the lists of mounts of mount namespaces that ordinary users made, and how often their mounts are waited for. In a
/// user namespace (user_namespaces(7)) anybody may mount 100,000 times, under paths of 4 KiB, in as many mount namespaces as he may start
/// processes. Root's are read as they are. Safe for several threads.
/// </summary>
internal sealed class MountAllowance
{
    /// <summary>What a mount costs beside its line: about what is kept of it, in bytes.</summary>
    private const int Mount = 200;

    private readonly Lock gate = new();
    private readonly StructTable<NumberKey, Use> users = new();
    private long all;

    /// <summary>The most bytes of one list: 65,000 mounts of 50 bytes, 16,000 of 800.</summary>
    public static int MaxList => 16 << 20;

    /// <summary>The most bytes of all lists of one user together.</summary>
    public static int MaxUser => 32 << 20;

    /// <summary>The most bytes of all lists of all ordinary users: some have thousands of user ids (subuid(5)).</summary>
    public static int MaxAll => 256 << 20;

    /// <summary>How many mounts of a user are waited for in vain: the next is not asked.</summary>
    private static int MaxSilent(uint uid) => uid == 0 ? 8 : 2;

    /// <summary>What each line of a list is shown to: false when it is too much, and the list counts as not read.</summary>
    /// <param name="uid">The user whose processes see these mounts; null where that is not known.</param>
    public Func<int, bool>? Begin(uint? uid)
    {
        if (uid is not uint owner || owner == 0)
        {
            return null;
        }

        long list = 0;
        return length =>
        {
            int cost = length + Mount;
            list += cost;
            lock (gate)
            {
                Use use = users.GetValueOrDefault(owner);
                if (list > MaxList || use.Bytes + cost > MaxUser || all + cost > MaxAll)
                {
                    return false;
                }

                users[owner] = use with { Bytes = use.Bytes + cost };
                all += cost;
                return true;
            }
        };
    }

    /// <summary>Whether another mount of a user may be waited for.</summary>
    public bool MayWait(uint? uid)
    {
        lock (gate)
        {
            return users.GetValueOrDefault(uid ?? 0).Silent < MaxSilent(uid ?? 0);
        }
    }

    /// <summary>Told that a mount of a user was waited for in vain.</summary>
    public void CountSilent(uint? uid)
    {
        lock (gate)
        {
            Use use = users.GetValueOrDefault(uid ?? 0);
            users[uid ?? 0] = use with { Silent = use.Silent + 1 };
        }
    }

    private readonly record struct Use(long Bytes, int Silent);
}
