namespace LinuxMem.Engine.Filters;

/// <summary>For completion: the name or value that an incomplete filter ends with.</summary>
/// <param name="Start">Where the name or value begins, in UTF-16 code units from 0.</param>
/// <param name="Predicate">The predicate that the value belongs to; null while the name of a predicate is
/// typed.</param>
/// <param name="FirstValue">The first value of a predicate with two, once it is complete; null before.</param>
/// <param name="Depth">How many parentheses of predicates are open.</param>
public sealed record FilterPlace(int Start, FilterPredicate? Predicate, string? FirstValue, int Depth);
