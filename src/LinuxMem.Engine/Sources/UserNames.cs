using System.Globalization;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The names of users by their ids: those of the machine that is read, never those of the machine that reads. Where they are
/// not known, users go by their numbers.
/// </summary>
internal abstract class UserNames
{
    /// <summary>The names as this system's name service knows them (files, LDAP, SSSD, …), each asked for once.</summary>
    public static UserNames OfThisSystem() => new Asked();

    /// <summary>Names that somebody wrote down.</summary>
    /// <param name="names">The names by id.</param>
    /// <param name="whyUnknown">Why there are not all of them, as a clause; null where all that matter are there.</param>
    /// <param name="isTold">Whether a report by user says so.</param>
    /// <param name="translate">What a user is called there by number, as the reader's number is another; null for the same.</param>
    public static UserNames Of(IReadOnlyDictionary<uint, string> names, string? whyUnknown, bool isTold = false, Func<uint, uint?>? translate = null) =>
        new Known(names, whyUnknown, isTold, translate ?? (uid => uid));

    /// <summary>No names.</summary>
    public static UserNames Unknown(string why, bool isTold) => Of(new Dictionary<uint, string>(), why, isTold);

    /// <summary>What a report by user has to say of names that are missing; null for nothing.</summary>
    public virtual string? Caveat => null;

    /// <summary>Why names are not known, as a clause; null where they are.</summary>
    public virtual string? WhyUnknown => null;

    /// <summary>The login name of the user, or the number itself where nobody has it.</summary>
    public string NameOf(uint uid) => Find(uid) ?? uid.ToString(CultureInfo.InvariantCulture);

    /// <summary>A longer name of a user, for several of the same name.</summary>
    public static IEnumerable<string> Longer(string? name, long? uid) => [string.Create(CultureInfo.InvariantCulture, $"{name} (uid {uid})")];

    /// <summary>Why no answer can be had to the question which users have a name that matches, as a clause; null where it can.</summary>
    /// <param name="matches">Tests a name.</param>
    /// <param name="isOfNumbers">Whether a number can match.</param>
    public virtual string? WhyNot(Func<string, bool> matches, bool isOfNumbers) => null;

    /// <summary>The name; null when it is not known.</summary>
    protected abstract string? Find(uint uid);

    private sealed class Asked : UserNames
    {
        private readonly SharedTable<NumberKey, string?> names = new();

        protected override string? Find(uint uid) =>
            names.GetOrAdd(uid, static id => Passwd.NameOf((uint)id.Value) is { Length: > 0 } name ? SurrogateEscape.Decode(name) : null);
    }

    private sealed class Known(IReadOnlyDictionary<uint, string> names, string? whyUnknown, bool isTold, Func<uint, uint?> translate) : UserNames
    {
        public override string? WhyUnknown => whyUnknown;

        public override string? Caveat => isTold && names.Count == 0 ? $"The users go by their numbers: {whyUnknown}." : null;

        public override string? WhyNot(Func<string, bool> matches, bool isOfNumbers) =>
            isOfNumbers || whyUnknown is null || names.Values.Any(matches) ? null : whyUnknown;

        protected override string? Find(uint uid) => translate(uid) is uint there ? names.GetValueOrDefault(there) : null;
    }
}
