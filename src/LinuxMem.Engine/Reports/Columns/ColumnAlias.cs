namespace LinuxMem.Engine.Reports.Columns;

/// <summary>Another name of a column's property.</summary>
/// <param name="Name">The name.</param>
/// <param name="Column">The column.</param>
/// <remarks>A class: generic code for classes is precompiled, that for a tuple would be compiled at each import of the module.</remarks>
public sealed record ColumnAlias(string Name, Column Column);
