using System.Management.Automation;
using System.Management.Automation.Runspaces;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// Extends the module's types with hidden aliases for the column headings (<c>mem_uss</c> for <c>MemUss</c>), hidden so
/// that nothing shows twice in CSV, JSON or Get-Member, and with the properties to sort by and to show by default.
/// </summary>
/// <remarks>Done in code at import because a types.ps1xml cannot hide an alias.</remarks>
internal static class HeadingNames
{
    /// <summary>The extensions of all types, and of their deserialized forms from remoting and jobs.</summary>
    public static IEnumerable<TypeData> TypeData()
    {
        var scripts = new Dictionary<string, ScriptBlock>(StringComparer.Ordinal);
        return Reported.Things.SelectMany(thing => Both(thing, scripts));
    }

    /// <summary>True when the session of this thread has the extensions of all types.</summary>
    public static bool AreThere() => Reported.Things.All(thing =>
    {
        var probe = new PSObject();
        probe.TypeNames.Insert(0, $"Deserialized.{thing.Type.FullName}");
        return probe.Members[thing.Aliases.First().Name] is PSAliasProperty;
    });

    private static IEnumerable<TypeData> Both(ColumnSet thing, Dictionary<string, ScriptBlock> scripts)
    {
        // Serialization writes even hidden aliases as properties, so it gets an explicit list.
        TypeData live = For(thing.Type.FullName!, thing, scripts);
        live.SerializationMethod = "SpecificProperties";
        live.PropertySerializationSet = new PropertySetData(thing.Type.GetProperties().Select(property => property.Name));
        if (thing.Type == typeof(MemProcess))
        {
            ProcessEnvironment.AddTo(live);
        }

        yield return live;
        yield return For($"Deserialized.{thing.Type.FullName}", thing, scripts);
    }

    private static TypeData For(string type, ColumnSet thing, Dictionary<string, ScriptBlock> scripts)
    {
        var data = new TypeData(type)
        {
            // The default keys of Sort-Object and Compare-Object.
            DefaultKeyPropertySet = new PropertySetData(thing.Keys),
        };
        ShownProperties.AddTo(data, thing, scripts);
        foreach ((string name, Column column) in thing.Aliases)
        {
            data.Members.Add(name, new AliasPropertyData(name, column.Property) { IsHidden = true });
        }

        foreach (ProcessProperty other in thing.Type == typeof(MemProcess) ? ProcessProperties.All.Where(property => property.Member != property.Name) : [])
        {
            // A name that reports are split by goes for the member that has the value, too.
            data.Members.Add(other.Name, new AliasPropertyData(other.Name, other.Member) { IsHidden = true });
            data.Members.Add(other.Heading, new AliasPropertyData(other.Heading, other.Member) { IsHidden = true });
        }

        return data;
    }
}
