using System.Xml.Linq;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Views;

/// <summary>
/// Generates PowerShell's formatting file (about_Format.ps1xml): the tables and lists of all reported types.
/// </summary>
internal static class FormatFile
{
    /// <summary>The prefix of the type names of objects that come from remoting and jobs.</summary>
    private const string Deserialized = "Deserialized.";

    /// <summary>Generates the file.</summary>
    /// <param name="things">The columns of all reported types.</param>
    public static XDocument Create(IReadOnlyList<ColumnSet> things) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(
            "Configuration",
            new XElement("Controls", things.Where(thing => thing.Section.Count > 0).Select(Title)),
            new XElement("ViewDefinitions", things.SelectMany(thing => thing.Views.Select(view => View(thing, view)).Append(Wide(thing)).Append(Custom(thing))))));

    private static XElement Title(ColumnSet thing) => new(
        "Control",
        new XElement("Name", TitleName(thing)),
        new XElement(
            "CustomControl",
            new XElement(
                "CustomEntries",
                new XElement("CustomEntry", new XElement("CustomItem", new XElement("ExpressionBinding", thing.Type == typeof(MemGroup) ? CellScript.GroupTitle() : CellScript.Whole(thing.Section[^1])))))));

    private static string TitleName(ColumnSet thing) => $"{thing.Type.FullName}.Title";

    private static XElement View(ColumnSet thing, View view)
    {
        string type = view.Kind switch
        {
            ViewKind.Listed => ProcessColumns.ListedType,
            ViewKind.ByKind => MappingColumns.ByKindType,
            _ => thing.Type.FullName!,
        };

        // Tab offers the views of all types whose names begin alike (MemGroup, MemGroupChange): one name for each kind works for all.
        return View(
            type,
            view.Kind.ToString(),
            view.Kind == ViewKind.List || thing.Section.Count == 0 ? null : GroupBy(thing),
            view.Kind == ViewKind.List ? List(view) : Table(thing, view));
    }

    /// <summary>What Format-Wide shows: the name of each row.</summary>
    private static XElement Wide(ColumnSet thing) => View(
        thing.Type.FullName!,
        "Wide",
        thing.Section.Count == 0 ? null : GroupBy(thing),
        new XElement("WideControl", new XElement("AutoSize"), new XElement("WideEntries", new XElement("WideEntry", new XElement("WideItem", CellScript.Whole(thing.Title))))));

    /// <summary>What Format-Custom shows, which would otherwise go through all properties as they are.</summary>
    private static XElement Custom(ColumnSet thing) => View(
        thing.Type.FullName!,
        "Custom",
        null,
        new XElement("CustomControl", new XElement("CustomEntries", new XElement("CustomEntry", new XElement("CustomItem", new XElement("ExpressionBinding", CellScript.All()))))));

    private static XElement View(string type, string name, XElement? groupBy, XElement control) => new(
        "View",
        new XElement("Name", name),
        new XElement("ViewSelectedBy", new XElement("TypeName", type), new XElement("TypeName", Deserialized + type)),
        groupBy,
        control);

    private static XElement GroupBy(ColumnSet thing) => new(
        "GroupBy",
        new XElement("ScriptBlock", $"\"{string.Join(' ', thing.Section.Select(property => $"$($_.{property})"))}\""),
        new XElement("CustomControlName", TitleName(thing)));

    private static XElement Table(ColumnSet thing, View view) => new(
        "TableControl",
        new XElement("AutoSize"),
        new XElement(
            "TableHeaders",
            view.Columns.Select(column => new XElement(
                "TableColumnHeader",
                new XElement("Label", column.Label),
                new XElement("Alignment", column.ToTheRight ? "Right" : "Left")))),
        new XElement(
            "TableRowEntries",
            new XElement(
                "TableRowEntry",
                view.Wraps ? new XElement("Wrap") : null,
                new XElement("TableColumnItems", view.Columns.Select((column, place) => new XElement("TableColumnItem", CellScript.InTable(column, $"{thing.Type.Name}.{view.Kind}", place)))))));

    private static XElement List(View view) => new(
        "ListControl",
        new XElement(
            "ListEntries",
            new XElement(
                "ListEntry",
                new XElement(
                    "ListItems",
                    view.Columns.Select(column => new XElement("ListItem", new XElement("Label", column.Label), CellScript.InList(column, view.Columns.Max(one => one.Label.Length))))))));
}
