namespace LinuxMem.Engine.Reports.Columns;

/// <summary>What a column holds, which decides how it is shown.</summary>
public enum ColumnKind
{
    /// <summary>Text, to the left; what does not print is spelled out.</summary>
    Text,

    /// <summary>Several values, shown as text with a blank between them.</summary>
    Values,

    /// <summary>A truth value, a time, or whatever a script has returned: to the left, as the host shows such values.</summary>
    Other,

    /// <summary>A number, to the right.</summary>
    Number,

    /// <summary>A percentage: a number without trailing zeros in views.</summary>
    Percent,

    /// <summary>Bytes: to the right, in a readable unit in tables and views.</summary>
    Size,
}
