namespace LinuxMem.Engine.Processes;

/// <summary>What kind of value a property has.</summary>
public enum PropertyKind
{
    /// <summary>Text, of any characters.</summary>
    Text,

    /// <summary>A number that names something, such as a user id: from 0 to 4294967295.</summary>
    Number,

    /// <summary>The number of a process.</summary>
    ProcessId,

    /// <summary>A size in bytes.</summary>
    Bytes,

    /// <summary>A moment, in local time.</summary>
    Time,

    /// <summary>The variables of an environment, with their values.</summary>
    Variables,
}

/// <summary>How a filter asks for a property.</summary>
/// <param name="Syntax">The form of the whole, such as <c>uid(n)</c>.</param>
/// <param name="Description">The processes that it matches, in one line.</param>
/// <param name="Example">A filter that uses it.</param>
public sealed record PropertyPredicate(string Syntax, string Description, string Example)
{
    /// <summary>The word before the parenthesis, such as <c>uid</c>.</summary>
    public string Name { get; } = Syntax[..Syntax.IndexOf('(')];
}

/// <summary>
/// A property of processes: what it is called, where it comes from, and what can be done with it.
/// </summary>
/// <remarks>
/// Every property is a member of <see cref="MemProcess"/>, so every scriptblock can name it. Reports can be split by
/// those that have a <see cref="Key"/>, filters can ask for those that have a <see cref="Predicate"/>. Tab completes
/// both.
/// </remarks>
public sealed record ProcessProperty
{
    private ProcessProperty(string name, PropertyKind kind, ProcessFacts facts)
    {
        Name = name;
        Heading = string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
        Kind = kind;
        Facts = facts;
    }

    /// <summary>The name of the member of <see cref="MemProcess"/>, such as <c>ParentId</c>.</summary>
    public string Name { get; }

    /// <summary>The name as the heading of a column, such as <c>ppid</c>.</summary>
    public string Heading { get; internal init; }

    /// <summary>What kind of value it has.</summary>
    public PropertyKind Kind { get; internal init; }

    /// <summary>The facts that it is made of, so that they can be read ahead with several threads.</summary>
    public ProcessFacts Facts { get; }

    /// <summary>The text of a process; null for a property that is no text. It gives null where the fact cannot be read.</summary>
    public Func<MemProcess, string?>? Text { get; private init; }

    /// <summary>The number of a process; null for a property that is no number. It gives null where the fact cannot be read.</summary>
    public Func<MemProcess, long?>? Number { get; private init; }

    /// <summary>The name that goes with a number, such as that of the user; null where numbers have no names.</summary>
    public Func<MemProcess, string?>? NumberName { get; internal init; }

    /// <summary>What processes of one group have in common; null for a property that reports cannot be split by.</summary>
    public Func<MemProcess, object?>? Key { get; internal init; }

    /// <summary>How a filter asks for it; null when none can.</summary>
    public PropertyPredicate? Predicate { get; internal init; }

    internal static ProcessProperty OfText(string name, ProcessFacts facts, Func<MemProcess, string?> text) =>
        new(name, PropertyKind.Text, facts) { Text = text, Key = text };

    internal static ProcessProperty OfNumber(string name, ProcessFacts facts, Func<MemProcess, long?> number) =>
        new(name, PropertyKind.Number, facts) { Number = number, Key = process => number(process) };

    /// <summary>A property that only scriptblocks name, until it is given a <see cref="Key"/>.</summary>
    internal static ProcessProperty Of(string name, PropertyKind kind, ProcessFacts facts) => new(name, kind, facts);

    /// <summary>True for a name that it goes by: its own, its heading, or its predicate's, in any case.</summary>
    internal bool IsCalled(string name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Heading, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Predicate?.Name, name, StringComparison.OrdinalIgnoreCase);
}
