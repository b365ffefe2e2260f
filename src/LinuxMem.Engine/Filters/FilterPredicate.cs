namespace LinuxMem.Engine.Filters;

/// <summary>What stands between the parentheses of a predicate.</summary>
public enum FilterArgument
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One filter.</summary>
    Filter,

    /// <summary>One or more filters with commas between them.</summary>
    Filters,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A text taken exactly as it is.</summary>
    Name,

    /// <summary>A text in which <c>*</c> and <c>?</c> are wildcards.</summary>
    Pattern,

    /// <summary>A text taken exactly, a comma, and a text with wildcards.</summary>
    NameAndPattern,
}

/// <summary>A predicate of the filter language: how it is written and what it means.</summary>
public sealed class FilterPredicate
{
    private readonly Func<Values, ProcessFilter> create;

    internal FilterPredicate(string syntax, FilterArgument argument, string description, string example, Func<Values, ProcessFilter> create)
    {
        Syntax = syntax;
        Name = syntax[..syntax.IndexOf('(')];
        Argument = argument;
        Description = description;
        Example = example;
        this.create = create;
    }

    /// <summary>The word before the parenthesis, such as <c>uid</c>.</summary>
    public string Name { get; }

    /// <summary>The form of the whole, such as <c>uid(n)</c>.</summary>
    public string Syntax { get; }

    /// <summary>What stands between the parentheses.</summary>
    public FilterArgument Argument { get; }

    /// <summary>The processes that it matches, in one line.</summary>
    public string Description { get; }

    /// <summary>A filter that uses it.</summary>
    public string Example { get; }

    /// <summary>The smallest number it takes.</summary>
    internal long Minimum { get; init; }

    /// <summary>The largest number it takes.</summary>
    internal long Maximum { get; init; }

    internal ProcessFilter Create(in Values values) => create(values);

    /// <summary>What was read between the parentheses; only the parts that the predicate takes are set.</summary>
    internal readonly record struct Values(
        IReadOnlyList<ProcessFilter> Filters,
        long Number = 0,
        string Name = "",
        TextPattern? Pattern = null);
}
