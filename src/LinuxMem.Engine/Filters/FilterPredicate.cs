using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>What a predicate takes between its parentheses.</summary>
public enum FilterArgument
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One filter.</summary>
    Filter,

    /// <summary>One or more filters with commas between them.</summary>
    Filters,

    /// <summary>One or more filters, separated by commas.</summary>
    Number,

    /// <summary>Text without wildcards.</summary>
    Name,

    /// <summary>Text in which <c>*</c> and <c>?</c> are wildcards.</summary>
    Pattern,

    /// <summary>Text without wildcards, a comma, and text with wildcards.</summary>
    NameAndPattern,
}

/// <summary>A predicate of the filter language: its syntax, help text and meaning.</summary>
public sealed class FilterPredicate
{
    /// <summary>A predicate that combines filters.</summary>
    internal FilterPredicate(string syntax, FilterArgument argument, string description, string example, FilterOperator operation)
        : this(syntax, argument, description, example) => Operator = operation;

    /// <summary>A predicate with a test of its own.</summary>
    internal FilterPredicate(
        string syntax, FilterArgument argument, string description, string example, ProcessFacts facts, Func<PredicateFilter, MemProcess, ProcessTree, bool> test)
        : this(syntax, argument, description, example)
    {
        Facts = facts;
        Test = test;
    }

    /// <summary>A predicate that compares a property: text with a pattern, a number with a number.</summary>
    internal FilterPredicate(ProcessProperty property)
        : this(property.Predicate!.Syntax, property.Text is null ? FilterArgument.Number : FilterArgument.Pattern, property.Predicate.Description, property.Predicate.Example)
    {
        Property = property;
        Facts = property.Facts;
        IsOfProcessIds = property.Kind == PropertyKind.ProcessId;
        Test = property switch
        {
            { Text: Func<MemProcess, string?> text, OtherTexts: Func<MemProcess, IEnumerable<string>> others } =>
                (filter, process, _) => text(process) is string value && (filter.Pattern!.Matches(value) || others(process).Any(filter.Pattern.Matches)),
            { Text: Func<MemProcess, string?> text } => (filter, process, _) => text(process) is string value && filter.Pattern!.Matches(value),
            { Number: Func<MemProcess, long?> number } => (filter, process, _) => number(process) == filter.Number,
            _ => throw new ArgumentException($"{property.Name} is neither text nor a number: no filter can compare it.", nameof(property)),
        };
    }

    private FilterPredicate(string syntax, FilterArgument argument, string description, string example)
    {
        Syntax = syntax;
        Name = syntax[..syntax.IndexOf('(')];
        Argument = argument;
        Description = description;
        Example = example;
    }

    /// <summary>The name before the parenthesis, such as <c>uid</c>.</summary>
    public string Name { get; }

    /// <summary>The syntax, such as <c>uid(n)</c>.</summary>
    public string Syntax { get; }

    /// <summary>What it takes between the parentheses.</summary>
    public FilterArgument Argument { get; }

    /// <summary>The processes that it matches, in one line.</summary>
    public string Description { get; }

    /// <summary>A filter that uses it.</summary>
    public string Example { get; }

    /// <summary>The property that it compares; null for a predicate with a test of its own.</summary>
    public ProcessProperty? Property { get; }

    /// <summary>The operator of a predicate that combines filters; null for others.</summary>
    internal FilterOperator? Operator { get; }

    /// <summary>The facts of a process that it needs.</summary>
    internal ProcessFacts Facts { get; }

    /// <summary>Tests a process; null for a predicate that combines filters.</summary>
    internal Func<PredicateFilter, MemProcess, ProcessTree, bool>? Test { get; }

    /// <summary>True when the number is a process id, which is signed in the kernel.</summary>
    internal bool IsOfProcessIds { get; init; }

    /// <summary>The smallest number accepted.</summary>
    internal long Minimum => IsOfProcessIds ? int.MinValue : uint.MinValue;

    /// <summary>The largest number accepted.</summary>
    internal long Maximum => IsOfProcessIds ? int.MaxValue : uint.MaxValue;

    /// <summary>The filter for a number.</summary>
    /// <exception cref="ArgumentException">The predicate takes no number, or it is out of range.</exception>
    public ProcessFilter With(long number) => Argument == FilterArgument.Number && number >= Minimum && number <= Maximum
        ? new PredicateFilter(this, number)
        : throw new ArgumentException($"{Syntax} does not take the number {number}.", nameof(number));

    /// <summary>The filter for a pattern.</summary>
    /// <exception cref="ArgumentException">The predicate does not take a single pattern.</exception>
    public ProcessFilter With(TextPattern pattern) => Argument == FilterArgument.Pattern
        ? new PredicateFilter(this, pattern: pattern)
        : throw new ArgumentException($"{Syntax} does not take a pattern alone.", nameof(pattern));

    /// <summary>The filter for a name and, where the predicate takes one, a pattern.</summary>
    /// <exception cref="ArgumentException">The predicate takes no name, or needs a pattern that is missing, or takes no
    /// pattern.</exception>
    public ProcessFilter With(string name, TextPattern? pattern = null) => Argument == (pattern is null ? FilterArgument.Name : FilterArgument.NameAndPattern)
        ? new PredicateFilter(this, name: name, pattern: pattern)
        : throw new ArgumentException($"{Syntax} does not take {(pattern is null ? "a name alone" : "a name and a pattern")}.", nameof(name));
}
