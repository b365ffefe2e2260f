using System.Globalization;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>A filter that tests one predicate, with its arguments.</summary>
internal sealed class PredicateFilter : ProcessFilter
{
    private readonly TextPattern? name;

    /// <summary>Pairs a predicate with its arguments; those that it does not take are omitted.</summary>
    internal PredicateFilter(FilterPredicate predicate, long number = 0, string? name = null, TextPattern? pattern = null)
    {
        Predicate = predicate;
        Number = number;
        this.name = name is null ? null : TextPattern.Literal(name);
        Pattern = pattern;
    }

    /// <summary>The predicate.</summary>
    public FilterPredicate Predicate { get; }

    /// <summary>The number to compare with; 0 where the predicate takes none.</summary>
    public long Number { get; }

    /// <summary>The name of an environment variable; null where the predicate takes none.</summary>
    public string? Name => name?.LiteralText;

    /// <summary>The pattern to compare with; null where the predicate takes none.</summary>
    public TextPattern? Pattern { get; }

    /// <inheritdoc/>
    public override ProcessFacts Facts => Predicate.Facts;

    /// <inheritdoc/>
    public override IEnumerable<string> Variables => Name is string variable ? [variable] : [];

    /// <inheritdoc/>
    /// <exception cref="LinuxMemException">The process comes from a snapshot that does not contain the
    /// value.</exception>
    public override bool Matches(MemProcess process, ProcessTree tree) => Predicate.Test!(this, process, tree);

    /// <inheritdoc/>
    public override void Verify(ProcessTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (Pattern is not null && Predicate.Property?.WhyNotKnown?.Invoke(table.Root, Pattern.Matches, Pattern.IsOfDigits) is string why)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"The filter {this} cannot be answered: {why}. Give the number of the user, as uid(n).", ToString());
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Predicate.Argument switch
    {
        FilterArgument.Number => string.Create(CultureInfo.InvariantCulture, $"{Predicate.Name}({Number})"),
        FilterArgument.Name => $"{Predicate.Name}({name})",
        FilterArgument.NameAndPattern => $"{Predicate.Name}({name},{Pattern})",
        _ => $"{Predicate.Name}({Pattern})",
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) =>
        obj is PredicateFilter other && Predicate == other.Predicate && Number == other.Number && Equals(name, other.name) && Equals(Pattern, other.Pattern);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Predicate, Number, name, Pattern);
}
