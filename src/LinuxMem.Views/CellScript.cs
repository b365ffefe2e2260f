using System.Globalization;
using System.Xml.Linq;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Views;

/// <summary>Generates the cell of a view: a script that formats the property.</summary>
/// <remarks>
/// The scripts call the module's <c>TableCell</c>, which escapes what does not print, such as terminal escape sequences
/// in names.
/// </remarks>
internal static class CellScript
{
    private const string TableCell = "[LinuxMem.PowerShell.TableCell]";

    /// <summary>The cell of a column in a list.</summary>
    /// <param name="column">The column.</param>
    /// <param name="labels">The cells of the longest label in the list.</param>
    public static XElement InList(Column column, int labels = 0)
    {
        string property = $"$_.{column.Property}";
        return column.Kind switch
        {
            ColumnKind.Text => Whole(column.Property),
            ColumnKind.Values => Script($"{TableCell}::Whole(({property} -join ' '))"),
            ColumnKind.NodeSizes => Script($"{TableCell}::NodeSizes({property})"),
            ColumnKind.Sentences => Script(string.Create(CultureInfo.InvariantCulture, $"{TableCell}::Sentences({property}, $Host, {labels})")),
            ColumnKind.Percent => Script($"{TableCell}::Percent({property})"),
            ColumnKind.Size => Script(Unlimited(column, $"{TableCell}::Size({property})")),
            _ => Script($"{TableCell}::Any({property})"),
        };
    }

    /// <summary>
    /// The cell of a column in a table, which the module lays out at the moment it is shown: it knows the columns by the table's
    /// name and their places, and asks the host how wide a line is.
    /// </summary>
    /// <param name="column">The column.</param>
    /// <param name="table">The name of the table: of the type and of the view.</param>
    /// <param name="place">The place of the column.</param>
    public static XElement InTable(Column column, string table, int place)
    {
        string at = string.Create(CultureInfo.InvariantCulture, $"$Host, '{table}', {place}");
        string property = $"$_.{column.Property}";
        return column.Kind switch
        {
            ColumnKind.Text when column.IsGroupName => Script($"{TableCell}::GroupName($_, {at})"),
            ColumnKind.Text => Script($"{TableCell}::Name({property}, {at})"),
            ColumnKind.Values or ColumnKind.Sentences => Script($"{TableCell}::Name(({property} -join ' '), {at})"),
            ColumnKind.NodeSizes => Script($"{TableCell}::Name({TableCell}::NodeSizes({property}), {at})"),
            ColumnKind.Percent => Script($"{TableCell}::Figure({TableCell}::Percent({property}), {at})"),
            ColumnKind.Size => Script($"{TableCell}::Figure({Unlimited(column, $"{TableCell}::Size({property})")}, {at})"),
            ColumnKind.Number => Script($"{TableCell}::Figure({property}, {at})"),
            _ => Script($"{TableCell}::Name({property}, {at})"),
        };
    }

    /// <summary>The cell for text that is not cut.</summary>
    public static XElement Whole(string property) => Script($"{TableCell}::Whole($_.{property})");

    /// <summary>All that a list has, in a line for each column.</summary>
    public static XElement All() => Script("[LinuxMem.PowerShell.ShownValue]::All($_)");

    /// <summary>The title over a table of groups.</summary>
    public static XElement GroupTitle() => Script($"{TableCell}::GroupTitle($_)");

    private static string Unlimited(Column column, string size) =>
        column.UnlimitedProperty is string unlimited ? $"$(if ($_.{unlimited}) {{ 'unlimited' }} else {{ {size} }})" : size;

    private static XElement Script(string text) => new("ScriptBlock", text);
}
