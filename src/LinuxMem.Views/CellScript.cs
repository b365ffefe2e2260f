using System.Globalization;
using System.Xml.Linq;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Views;

/// <summary>Generates the cell of a view: a property name, or a script that formats the property.</summary>
/// <remarks>
/// The scripts call the module's <c>TableCell</c>, which escapes what does not print, such as terminal escape sequences
/// in names.
/// </remarks>
internal static class CellScript
{
    private const string TableCell = "[LinuxMem.PowerShell.TableCell]";

    /// <summary>The cell of a column in a view.</summary>
    public static XElement Of(Column column, ViewKind view)
    {
        string property = $"$_.{column.Property}";
        return column.Kind switch
        {
            ColumnKind.Text => Text(column, view, property),
            ColumnKind.Values => Text(column, view, $"({property} -join ' ')"),
            ColumnKind.Any => Script($"{TableCell}::Any({property})"),
            ColumnKind.Percent => Script($"{TableCell}::Percent({property})"),
            ColumnKind.Size => Size(column, view, property),
            _ when column.ViewNarrowest > 0 => Script(string.Create(CultureInfo.InvariantCulture, $"\"$({property})\".PadLeft({column.ViewNarrowest})")),
            _ => new XElement("PropertyName", column.Property),
        };
    }

    /// <summary>The cell for text that is not cut.</summary>
    public static XElement Whole(string property) => Script($"{TableCell}::Whole($_.{property})");

    private static XElement Text(Column column, ViewKind view, string value)
    {
        bool isWhole = (column.ViewWidest ?? (view == ViewKind.List ? int.MaxValue : 0)) == int.MaxValue;
        string widest = column.ViewWidest is int most ? string.Create(CultureInfo.InvariantCulture, $", {column.ViewNarrowest}, {most}")
            : column.ViewNarrowest > 0 ? string.Create(CultureInfo.InvariantCulture, $", {column.ViewNarrowest}")
            : string.Empty;
        return Script(column.IsGroupName && !isWhole ? $"{TableCell}::GroupName($_{widest})" : isWhole ? $"{TableCell}::Whole({value})" : $"{TableCell}::Name({value}{widest})");
    }

    private static XElement Size(Column column, ViewKind view, string value)
    {
        // In wide tables, sizes are padded to one width.
        string size = $"{TableCell}::{(view == ViewKind.Table ? "Figure" : "Size")}({value})";
        return Script(column.UnlimitedProperty is string unlimited ? $"if ($_.{unlimited}) {{ 'unlimited' }} else {{ {size} }}" : size);
    }

    private static XElement Script(string text) => new("ScriptBlock", text);
}
