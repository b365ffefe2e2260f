namespace LinuxMem.Engine.Filters;

/// <summary>What is being written at the end of a filter that is not complete yet: what Tab is to complete.</summary>
/// <param name="Start">Where the name or value begins, in UTF-16 code units from 0.</param>
/// <param name="Predicate">The predicate whose value it is; null for the name of a predicate.</param>
/// <param name="FirstValue">Of a predicate with two values, the first one, which is complete; null while it is being written.</param>
/// <param name="Depth">How many parentheses of predicates are open.</param>
public sealed record FilterPlace(int Start, FilterPredicate? Predicate, string? FirstValue, int Depth);
