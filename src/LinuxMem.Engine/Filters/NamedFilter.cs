namespace LinuxMem.Engine.Filters;

/// <summary>A filter and the name it goes by, which is that of its group in a report.</summary>
/// <param name="Name">The name: the text of the filter as it was written, unless it was given one.</param>
/// <param name="Filter">The filter.</param>
public sealed record NamedFilter(string Name, ProcessFilter Filter);
