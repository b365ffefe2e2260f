using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Processes;

/// <summary>The type of value that a property has.</summary>
public enum PropertyKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A number that is an identifier, such as a user id: 0 to 4294967295.</summary>
    Number,

    /// <summary>A process id.</summary>
    ProcessId,

    /// <summary>A size in bytes.</summary>
    Bytes,

    /// <summary>A time, in local time.</summary>
    Time,

    /// <summary>Environment variables and their values.</summary>
    Variables,
}

/// <summary>The predicate of the filter language that tests a property.</summary>
/// <param name="Syntax">Its syntax, such as <c>uid(n)</c>.</param>
/// <param name="Description">The processes that it matches, in one line.</param>
/// <param name="Example">A filter that uses it.</param>
public sealed record PropertyPredicate(string Syntax, string Description, string Example)
{
    /// <summary>The name before the parenthesis, such as <c>uid</c>.</summary>
    public string Name { get; } = Syntax[..Syntax.IndexOf('(')];
}

/// <summary>A property of processes: its names, the facts it needs, and where it can be used.</summary>
/// <remarks>
/// Every property is a member of <see cref="MemProcess"/> (<see cref="Member"/>), so scriptblocks can use it. Reports can be split by
/// properties with a <see cref="Key"/>; filters can test those with a <see cref="Predicate"/>. Tab completion offers
/// both.
/// </remarks>
public sealed record ProcessProperty
{
    private ProcessProperty(string name, PropertyKind kind, ProcessFacts facts)
    {
        Name = name;
        Member = name;
        Heading = HeadingOf(name);
        Kind = kind;
        Facts = facts;
    }

    /// <summary>Its name, such as <c>ParentId</c>.</summary>
    public string Name { get; }

    /// <summary>The <see cref="MemProcess"/> member that has the value; by default of the same name.</summary>
    public string Member { get; internal init; }

    /// <summary>The column heading, such as <c>ppid</c>.</summary>
    public string Heading { get; internal init; }

    /// <summary>The type of its value.</summary>
    public PropertyKind Kind { get; internal init; }

    /// <summary>The facts it needs, so that they can be read ahead by several threads.</summary>
    public ProcessFacts Facts { get; }

    /// <summary>
    /// Gets the text of a process, or null when the fact cannot be read; null itself for a property that is not text.
    /// </summary>
    public Func<MemProcess, string?>? Text { get; private init; }

    /// <summary>
    /// Gets the number of a process, or null when the fact cannot be read; null itself for a property that is not a
    /// number.
    /// </summary>
    public Func<MemProcess, long?>? Number { get; private init; }

    /// <summary>Gets the name for the number, such as the user name; null for numbers without names.</summary>
    public Func<MemProcess, string?>? NumberName { get; internal init; }

    /// <summary>
    /// Gets the key by which processes are grouped; null when reports cannot be split by the property.
    /// </summary>
    public Func<MemProcess, object?>? Key { get; internal init; }

    /// <summary>Key and name as groups keep them, of a text that is too large to be kept itself; null for others.</summary>
    internal Func<MemProcess, (string Key, string Name)?>? CutKey { get; init; }

    /// <summary>Gets the name to show for a key; null where the key itself is shown.</summary>
    public Func<MemProcess, string?>? KeyName { get; internal init; }

    /// <summary>Gets names that say more than <see cref="KeyName"/>, for groups that would show the same.</summary>
    internal Func<MemProcess, IEnumerable<string>>? LongerKeyNames { get; init; }

    /// <summary>Gets what tells two keys apart where the key itself does not; null where it does.</summary>
    internal Func<MemProcess, object?>? KeyIdentity { get; init; }

    /// <summary>Gets other texts by which a filter finds the process, such as what reports show; null for none.</summary>
    internal Func<MemProcess, IEnumerable<string>>? OtherTexts { get; init; }

    /// <summary>
    /// Says why a machine cannot tell which processes match a pattern, as a clause; null where it can. It gets a test of a text,
    /// and whether the pattern is of digits and wildcards only.
    /// </summary>
    internal Func<Machine, Func<string, bool>, bool, string?>? WhyNotKnown { get; init; }

    /// <summary>The filter predicate that tests it; null when there is none.</summary>
    public PropertyPredicate? Predicate { get; internal init; }

    internal static ProcessProperty OfText(string name, ProcessFacts facts, Func<MemProcess, string?> text) =>
        new(name, PropertyKind.Text, facts) { Text = text, Key = text };

    internal static ProcessProperty OfNumber(string name, ProcessFacts facts, Func<MemProcess, long?> number) =>
        new(name, PropertyKind.Number, facts) { Number = number, Key = process => number(process) };

    /// <summary>A property that only scriptblocks can use, until it is given a <see cref="Key"/>.</summary>
    internal static ProcessProperty Of(string name, PropertyKind kind, ProcessFacts facts) => new(name, kind, facts);

    /// <summary>True when the name is the property's name, heading or predicate, in any case.</summary>
    internal bool IsCalled(string name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Heading, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Predicate?.Name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The heading for a name: <c>ParentId</c> is <c>parent_id</c>.</summary>
    private static string HeadingOf(string name)
    {
        var heading = new System.Text.StringBuilder();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && heading.Length > 0)
            {
                heading.Append('_');
            }

            heading.Append(char.IsUpper(c) ? char.ToLowerInvariant(c) : c);
        }

        return heading.ToString();
    }
}
