namespace LinuxMem.Engine.Reports.Columns;

/// <summary>What a column holds, which decides how it is shown.</summary>
public enum ColumnKind
{
    /// <summary>Text, aligned left; characters that do not print are escaped.</summary>
    Text,

    /// <summary>A list, shown as text separated by spaces.</summary>
    Values,

    /// <summary>Bytes for each NUMA node: data has the numbers, as <see cref="Values"/>; views show readable units.</summary>
    NodeSizes,

    /// <summary>A list of sentences: a list view shows each on lines of its own; else as <see cref="Values"/>.</summary>
    Sentences,

    /// <summary>A Boolean, a time or a list of numbers: aligned left, formatted by the host.</summary>
    Other,

    /// <summary>A value of any type: text is shown as <see cref="Text"/>, the rest as <see cref="Other"/>.</summary>
    Any,

    /// <summary>A number, aligned right.</summary>
    Number,

    /// <summary>A percentage, aligned right; tables and views show two decimals, so that they stand below each other.</summary>
    Percent,

    /// <summary>Bytes, aligned right; tables and views show a readable unit.</summary>
    Size,
}
