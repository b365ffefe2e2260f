using System.Collections;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.PowerShell.Commands;

namespace LinuxMem.PowerShell;

/// <summary>
/// Formats values where PowerShell goes by no table or list of the module: after objects of another kind, and in
/// <c>Format-Custom</c>. The module's types and views call it from their scripts.
/// </summary>
public static class ShownValue
{
    /// <summary>A property as list views show it.</summary>
    /// <param name="thing">The object, of this session or another.</param>
    /// <param name="property">The name of the property.</param>
    public static object? Of(PSObject thing, string property)
    {
        ArgumentNullException.ThrowIfNull(thing);
        return ReportedObject.ThingOf(thing) is ColumnSet known && known.ListColumns.FirstOrDefault(column => column.Property == property) is Column column
            ? Shown(thing, column)
            : null;
    }

    /// <summary>All that the list view has, a line for each.</summary>
    /// <param name="thing">The object, of this session or another.</param>
    public static string All(PSObject thing)
    {
        ArgumentNullException.ThrowIfNull(thing);
        return ReportedObject.ThingOf(thing) is ColumnSet known
            ? string.Join('\n', known.ListColumns.Select(column => $"{column.Label} = {Convert.ToString(Shown(thing, column), CultureInfo.CurrentCulture)}"))
            : string.Empty;
    }

    private static object? Shown(PSObject thing, Column column)
    {
        object? value = Property(thing, column.Property);
        return column.Kind switch
        {
            ColumnKind.Size when column.UnlimitedProperty is string unlimited && Property(thing, unlimited) is true => "unlimited",
            ColumnKind.Size when value is long bytes => TableCell.Size(bytes),
            ColumnKind.Percent when value is double percent => TableCell.Percent(percent),
            ColumnKind.NodeSizes => TableCell.NodeSizes(value),
            _ => value switch
            {
                null => null,
                string text => TableCell.Whole(text),
                IEnumerable list => TableCell.Whole(string.Join(' ', list.Cast<object?>().Select(one => Convert.ToString(one, CultureInfo.InvariantCulture)))),
                bool or DateTime or DateTimeOffset or Enum => value,
                IConvertible number and not char => number,
                _ => TableCell.Whole(value),
            },
        };
    }

    /// <summary>The value of a property, which a type of another session may not have.</summary>
    private static object? Property(PSObject thing, string property)
    {
        try
        {
            return TableCell.Bare(thing.Properties[property]?.Value);
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}
