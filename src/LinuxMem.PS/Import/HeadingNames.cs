using System.Management.Automation.Runspaces;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// What the types of the module have beside their properties. The headings of the tables as names of properties
/// (<c>mem_uss</c> for <c>MemUss</c>): hidden aliases, so that nothing shows twice in CSV, JSON or Get-Member. And the
/// properties that tell one object from another, and those to show first.
/// </summary>
/// <remarks>They are added at import because a types.ps1xml cannot hide an alias.</remarks>
internal static class HeadingNames
{
    /// <summary>The extensions of all types, and of the forms that they come back in from other machines and jobs.</summary>
    public static IEnumerable<TypeData> TypeData() => Reported.Things.SelectMany(Both);

    private static IEnumerable<TypeData> Both(ColumnSet thing)
    {
        // Serialization writes aliases out as properties, hidden or not: it is told what to write.
        TypeData live = For(thing.Type.FullName!, thing);
        live.SerializationMethod = "SpecificProperties";
        live.PropertySerializationSet = new PropertySetData(thing.Type.GetProperties().Select(property => property.Name));
        yield return live;
        yield return For($"Deserialized.{thing.Type.FullName}", thing);
    }

    private static TypeData For(string type, ColumnSet thing)
    {
        var data = new TypeData(type)
        {
            // What Sort-Object and Compare-Object go by when nothing is said.
            DefaultKeyPropertySet = new PropertySetData(thing.Keys),
            DefaultDisplayPropertySet = new PropertySetData(thing.Summary),
        };
        foreach (Column column in thing.Aliases)
        {
            data.Members.Add(column.Heading, new AliasPropertyData(column.Heading, column.Property) { IsHidden = true });
        }

        return data;
    }
}
