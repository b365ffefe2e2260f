namespace LinuxMem.Engine.Filters;

/// <summary>A filter and the name of its group in a report.</summary>
/// <param name="Name">The name; by default the text of the filter as written.</param>
/// <param name="Filter">The filter.</param>
public sealed record NamedFilter(string Name, ProcessFilter Filter);
