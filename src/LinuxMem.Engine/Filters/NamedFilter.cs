namespace LinuxMem.Engine.Filters;

/// <summary>A filter that makes a group of a report.</summary>
/// <param name="Name">The name of the group: the text of the filter as it was written.</param>
/// <param name="Filter">The filter.</param>
public sealed record NamedFilter(string Name, ProcessFilter Filter);
