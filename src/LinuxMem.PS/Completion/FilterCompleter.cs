using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;

namespace LinuxMem.PowerShell.Completion;

/// <summary>
/// Completes inside a filter string: names of predicates at any depth, and as their arguments the values that running
/// processes have (users, command names, ids, variables, …).
/// </summary>
public sealed class FilterCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop)
    {
        if (FilterParser.PlaceAtEnd(word.Text) is not FilterPlace place)
        {
            return [];
        }

        string typed = word.Text[place.Start..];
        string before = word.Text[..place.Start];
        return place.Predicate is null
            ? Names(word, before, typed)
            : Candidates(place, root, stop)
                .Where(candidate => candidate.Written.StartsWith(typed, StringComparison.Ordinal) || candidate.Shown.StartsWith(typed.TrimStart('"', '\''), StringComparison.OrdinalIgnoreCase)
                    || candidate.AlsoKnownAs?.StartsWith(typed, StringComparison.OrdinalIgnoreCase) == true)
                .Select(candidate => Result(word, before, candidate, place));
    }

    private static IEnumerable<CompletionResult> Names(TypedWord word, string before, string typed) =>
        from predicate in FilterPredicates.All
        where predicate.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
        let text = predicate.Argument == FilterArgument.None ? $"{before}{predicate.Name}()" : $"{before}{predicate.Name}("
        select new CompletionResult(
            IsWhole(text) ? word.Quote(text) : word.Open(text), predicate.Syntax, CompletionResultType.ParameterValue, $"{predicate.Syntax}: {predicate.Description}; for example {predicate.Example}");

    private static CompletionResult Result(TypedWord word, string before, Candidate candidate, FilterPlace place)
    {
        bool isFirstOfTwo = place is { Predicate.Argument: FilterArgument.NameAndPattern, FirstValue: null };
        string text = $"{before}{candidate.Written}{(isFirstOfTwo ? ',' : ')')}";
        return new CompletionResult(
            !isFirstOfTwo && place.Depth == 1 ? word.Quote(text) : word.Open(text),
            Visible(candidate.Shown), CompletionResultType.ParameterValue, Visible(candidate.Tip));
    }

    private static bool IsWhole(string text)
    {
        try
        {
            return FilterParser.ParseList(text).Count > 0;
        }
        catch (FilterSyntaxException)
        {
            return false;
        }
    }

    private static IEnumerable<Candidate> Candidates(FilterPlace place, Machine root, CancellationToken stop) => place.Predicate! switch
    {
        { Property: { Text: Func<MemProcess, string?> text } property } => Texts(root, property.Facts, text, property.KeyName ?? text, stop),
        { Property: { Kind: PropertyKind.Number } property } => Numbers(root, property, stop),
        { Argument: FilterArgument.Name } => Variables(root, stop),
        { Argument: FilterArgument.NameAndPattern } when place.FirstValue is null => Variables(root, stop),
        { Argument: FilterArgument.NameAndPattern } => Texts(root, ProcessFacts.Environment, process => process.GetEnvironment().GetValueOrDefault(place.FirstValue), null, stop),
        _ => Ids(root, stop),
    };

    /// <summary>The texts of the processes, and the names that reports show for them where these are others.</summary>
    private static IEnumerable<Candidate> Texts(Machine root, ProcessFacts facts, Func<MemProcess, string?> text, Func<MemProcess, string?>? shown, CancellationToken stop) =>
        from process in Processes(root, facts, stop)
        from value in new[] { text(process), shown?.Invoke(process) }.Distinct()
        where value is not null && value.Length <= MaxLength
        group process by value into same
        orderby same.Key
        select new Candidate(TextPattern.Literal(same.Key).ToString(), same.Key.Length > 0 ? same.Key : "(empty)", Count(same.Count(), "process", "processes"));

    private static IEnumerable<Candidate> Numbers(Machine root, ProcessProperty property, CancellationToken stop) =>
        from process in Processes(root, property.Facts, stop)
        let number = property.Number!(process)
        where number is not null
        group process by number.Value into same
        orderby same.Key
        let written = same.Key.ToString(CultureInfo.InvariantCulture)
        let known = property.NumberName?.Invoke(same.First())
        select new Candidate(written, known is null ? written : $"{written} ({known})", Count(same.Count(), "process", "processes"), known);

    private static IEnumerable<Candidate> Ids(Machine root, CancellationToken stop) =>
        Processes(root, ProcessFacts.CommandLine | ProcessFacts.Status, stop).Select(process => new Candidate(
            process.Id.ToString(CultureInfo.InvariantCulture), ProcessIdCompleter.Shown(process), ProcessIdCompleter.Tip(process), process.Comm));

    private static IEnumerable<Candidate> Variables(Machine root, CancellationToken stop) =>
        EnvironmentVariableCompleter.InUse(Processes(root, ProcessFacts.Environment, stop)).Select(variable => new Candidate(
            TextPattern.Literal(variable.Name).ToString(), variable.Name, $"Set in {Count(variable.Processes, "process", "processes")}"));

    /// <summary>A possible argument of a predicate.</summary>
    /// <param name="Written">The text to insert, quoted for the filter language where needed.</param>
    /// <param name="Shown">The text in the menu.</param>
    /// <param name="Tip">The tooltip.</param>
    /// <param name="AlsoKnownAs">Another text that finds it, such as the user name of a uid.</param>
    private sealed record Candidate(string Written, string Shown, string Tip, string? AlsoKnownAs = null);
}
