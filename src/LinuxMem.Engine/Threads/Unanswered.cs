namespace LinuxMem.Engine.Threads;

/// <summary>
/// Who keeps threads of this program waiting. It outlasts a command: who has not answered yet is not asked again, and the
/// number of threads that are left behind stays bounded.
/// </summary>
internal static class Unanswered
{
    /// <summary>
    /// With so many threads waiting for the respondents of one owner, no further one is asked. Up to half as many more have been asked by
    /// then, which a <see cref="Crew"/> tries at once.
    /// </summary>
    public const int MaxOfOne = 32;

    /// <summary>When so many wait in all, no owner who keeps one waiting already is asked further.</summary>
    public const int MaxOfAll = 128;

    /// <summary>What is said of one that was asked.</summary>
    public const string NoAnswer = "does not answer";

    /// <summary>What is said of one that was not asked.</summary>
    public const string NotAsked = "not asked: others of its user do not answer";

    /// <summary>Held while a thread is counted.</summary>
    public static readonly Lock Gate = new();

    private static readonly Dictionary<object, int> Silent = [];
    private static readonly Dictionary<object, Counts> Owners = [];
    private static int total;

    /// <summary>Threads that wait now, of those that were waited for long enough to be noticed.</summary>
    public static int Threads => Volatile.Read(ref total);

    /// <summary>Whether a respondent is to be asked.</summary>
    public static Verdict Look(Respondent respondent)
    {
        if (Volatile.Read(ref total) == 0)
        {
            return Verdict.Ask;
        }

        lock (Gate)
        {
            if (Silent.ContainsKey(respondent.Name))
            {
                return Verdict.Silent;
            }

            Counts counts = Owners.GetValueOrDefault(respondent.Owner, Counts.None);
            int most = total < MaxOfAll ? MaxOfOne : 1;
            return counts.GivenUp >= most ? Verdict.Refused : counts.Waiting >= most ? Verdict.Later : Verdict.Ask;
        }
    }

    /// <summary>A thread waits: counts it, if <paramref name="change"/>, called under the lock, says that it still does.</summary>
    public static bool TryAdd(Respondent? respondent, Func<bool> change) => TryChange(change, respondent, 1, 0);

    /// <summary>A thread that waits was given up: its respondent is silent from now on.</summary>
    public static bool TryGiveUp(Respondent? respondent, Func<bool> change) => TryChange(change, respondent, 0, 1);

    /// <summary>A thread that was counted goes on; true when <paramref name="change"/> says so.</summary>
    public static bool TryRemove(Respondent? respondent, Func<bool> change) => TryChange(change, respondent, -1, 0);

    /// <summary>A thread that was given up has been answered after all.</summary>
    public static void Remove(Respondent? respondent) => TryChange(static () => true, respondent, -1, -1);

    private static bool TryChange(Func<bool> change, Respondent? respondent, int waiting, int givenUp)
    {
        lock (Gate)
        {
            if (!change())
            {
                return false;
            }

            total += waiting;
            if (respondent is null)
            {
                return true;
            }

            Counts before = Owners.GetValueOrDefault(respondent.Owner, Counts.None);
            var now = new Counts(before.Waiting + waiting, before.GivenUp + givenUp);
            Set(Owners, respondent.Owner, now, now == Counts.None);
            if (givenUp != 0)
            {
                int silent = Silent.GetValueOrDefault(respondent.Name) + givenUp;
                Set(Silent, respondent.Name, silent, silent == 0);
            }

            return true;
        }
    }

    private static void Set<T>(Dictionary<object, T> all, object key, T value, bool isNone)
    {
        if (isNone)
        {
            all.Remove(key);
        }
        else
        {
            all[key] = value;
        }
    }

    private sealed record Counts(int Waiting, int GivenUp)
    {
        public static readonly Counts None = new(0, 0);
    }
}
