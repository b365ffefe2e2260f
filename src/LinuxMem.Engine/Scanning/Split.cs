using System.Globalization;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Scanning;

/// <summary>What makes two processes members of the same group, and apart from it the name to show.</summary>
/// <param name="Value">What the processes have in common; null for processes that have no value.</param>
/// <param name="Name">The name of the group; two groups may have the same.</param>
public sealed record GroupKey(object? Value, string Name)
{
    /// <summary>The name of the group of processes that have no value (its key is null).</summary>
    internal const string NotSet = "(not set)";

    /// <summary>The name of the group of processes whose value a snapshot does not contain.</summary>
    internal const string Masked = "(masked)";

    /// <summary>The name of the row of all processes.</summary>
    internal const string Total = "Total";

    /// <summary>The name of the row of what no process was found for.</summary>
    internal const string NoProcess = "(no process)";

    /// <summary>Bytes that a group takes beside what it maps, about.</summary>
    private const int Overhead = 400;

    /// <summary>What is compared: by default the value. Never the name.</summary>
    public object? Identity { get; init; } = Value;

    /// <summary>Names that say more, the shortest first, for a report in which another group would show the same.</summary>
    internal Func<IEnumerable<string>>? LongerNames { get; init; }

    /// <summary>True when long texts in it have been cut already.</summary>
    internal bool IsBounded { get; init; }

    /// <summary>Bytes that a group of this key takes.</summary>
    internal long Size => Overhead + (2L * (Name.Length + LengthOf(Value) + LengthOf(Identity)));

    /// <summary>
    /// The key with long texts cut: a value that is long makes a group of its own still, by the mark that it then has
    /// (<see cref="BoundedText"/>).
    /// </summary>
    internal GroupKey Bounded() => !IsBounded && (BoundedText.IsLongKey(Name) || IsLong(Value) || IsLong(Identity))
        ? this with { Value = Cut(Value), Name = BoundedText.Name(Name), Identity = Cut(Identity) }
        : this;

    /// <summary>
    /// The key of processes that have a value, which may be of anybody's choice: one that reads as a name of ours stands in
    /// quotes, and so does one that reads as that, so that no two names are the same.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="text">The value as text.</param>
    public static GroupKey Of(object value, string text)
    {
        ReadOnlySpan<char> bare = text;
        while (bare is ['"', .., '"'])
        {
            bare = bare[1..^1];
        }

        return new GroupKey(value, bare is NotSet or Masked or Total or NoProcess ? $"\"{text}\"" : text);
    }

    /// <summary>
    /// <see cref="Identity"/> as text, different for what is different: printable, and valid Unicode, so that every format keeps it.
    /// </summary>
    internal string IdentityText() => Identity switch
    {
        null => "none",
        string text => $"text:{Printable(text)}",
        Type => "masked",
        (string text, int count) => string.Create(CultureInfo.InvariantCulture, $"list{count}:{Printable(text)}"),
        (int pid, ulong started) => string.Create(CultureInfo.InvariantCulture, $"process:{pid}@{started}"),
        DateTime time => string.Create(CultureInfo.InvariantCulture, $"time:{time:O}"),
        object other => string.Create(CultureInfo.InvariantCulture, $"{other.GetType().Name.ToLowerInvariant()}:{Printable(Convert.ToString(other, CultureInfo.InvariantCulture) ?? string.Empty)}"),
    };

    /// <summary>True for the key of the same group.</summary>
    public bool Equals(GroupKey? other) => other is not null && object.Equals(Identity, other.Identity);

    /// <inheritdoc/>
    public override int GetHashCode() => Identity?.GetHashCode() ?? 0;

    /// <summary>The text with what does not print escaped, and so that no two texts become the same.</summary>
    private static string Printable(string text) => EscapedText.Quote(text)[1..^1];

    private static int LengthOf(object? value) => value switch
    {
        string text => text.Length,
        (string text, int) => text.Length,
        _ => 0,
    };

    private static bool IsLong(object? value) => value switch
    {
        string text => BoundedText.IsLongKey(text),
        (string text, int) => BoundedText.IsLongKey(text),
        _ => false,
    };

    private static object? Cut(object? value) => value switch
    {
        string text => BoundedText.Key(text),
        (string text, int count) => (BoundedText.Key(text), count),
        _ => value,
    };
}

/// <summary>A way to divide all processes into groups: one report.</summary>
public abstract class Split
{
    /// <summary>The title of the report.</summary>
    public abstract string Name { get; }

    /// <summary>The facts that <see cref="KeyOf"/> looks at, so that they can be read ahead.</summary>
    public abstract ProcessFacts Facts { get; }

    /// <summary>The environment variables that <see cref="KeyOf"/> looks at by name (<see cref="ProcessFacts.Variables"/>).</summary>
    public virtual IEnumerable<string> Variables => [];

    /// <summary>Groups that the report has even when none of the processes falls into them.</summary>
    /// <param name="processes">The processes to divide.</param>
    public virtual IEnumerable<GroupKey> ExpectedGroups(IReadOnlyList<MemProcess> processes) => [];

    /// <summary>True when none of the processes is what was asked for by name: there is nothing to report, not even of the rest.</summary>
    /// <param name="processes">The processes to divide.</param>
    internal virtual bool FindsNothing(IReadOnlyList<MemProcess> processes) => false;

    /// <summary>The names without wildcards that none of the processes has, each with a sentence that says so.</summary>
    /// <param name="processes">The processes to divide.</param>
    /// <param name="listed">All processes, those too that a filter has left out.</param>
    internal virtual IEnumerable<MissingName> Missing(IReadOnlyList<MemProcess> processes, IReadOnlyList<MemProcess> listed) => [];

    /// <summary>True for the group of the processes that nobody asked for, which the others are held against.</summary>
    internal virtual bool IsRest(GroupKey key) => false;

    /// <summary>Checks that the split can be made of a listing.</summary>
    /// <exception cref="LinuxMemException">It names something that is not there.</exception>
    public virtual void Verify(ProcessTable table)
    {
    }

    /// <summary>What has to be said beside the report, because the processes do not tell all that it asks for; null for nothing.</summary>
    internal virtual string? Caveat(IReadOnlyList<MemProcess> processes) => null;

    /// <summary>
    /// The group of a process; null when the fact it needs could not be read because the process has ended.
    /// Asked once per process, before any page is read, on the thread that runs the scan.
    /// </summary>
    public abstract GroupKey? KeyOf(MemProcess process, ProcessTree tree);
}
