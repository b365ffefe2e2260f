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
        var shown = new ShownProperties();
        return Reported.Things.SelectMany(thing => Both(thing, shown));
    }

    /// <summary>True when the session of this thread has the extensions: the last of them, which are all added at once.</summary>
    public static bool AreThere()
    {
        ColumnSet last = Reported.Things[^1];
        string type = $"Deserialized.{last.Type.FullName}";
        if (RunningSession.IsExtended(type) is bool known)
        {
            return known;
        }

        var probe = new PSObject();
        probe.TypeNames.Insert(0, type);
        return probe.Members[last.Aliases.First().Name] is PSAliasProperty;
    }

    private static IEnumerable<TypeData> Both(ColumnSet thing, ShownProperties shown)
    {
        IReadOnlyList<Column> summary = [.. thing.SummaryColumns];
        Alias[] aliases = [.. Aliases(thing)];

        // Serialization writes even hidden aliases as properties, so it gets an explicit list.
        TypeData live = For(thing.Type.FullName!);
        live.SerializationMethod = "SpecificProperties";
        live.PropertySerializationSet = new PropertySetData(thing.Type.GetProperties().Select(property => property.Name));
        if (thing.Type == typeof(MemProcess))
        {
            ProcessEnvironment.AddTo(live);
        }

        yield return live;
        yield return For($"Deserialized.{thing.Type.FullName}");

        TypeData For(string type)
        {
            // The default keys are those of Sort-Object and Compare-Object.
            var data = new TypeData(type) { DefaultKeyPropertySet = new PropertySetData(thing.Keys) };
            shown.AddTo(data, summary);
            foreach ((string name, string property) in aliases)
            {
                data.Members.Add(name, new AliasPropertyData(name, property) { IsHidden = true });
            }

            return data;
        }
    }

    private static IEnumerable<Alias> Aliases(ColumnSet thing)
    {
        foreach (ColumnAlias alias in thing.Aliases)
        {
            yield return new(alias.Name, alias.Column.Property);
        }

        foreach (ProcessProperty other in thing.Type == typeof(MemProcess) ? ProcessProperties.All.Where(property => property.Member != property.Name) : [])
        {
            // A name that reports are split by goes for the member that has the value, too.
            yield return new(other.Name, other.Member);
            yield return new(other.Heading, other.Member);
        }
    }

    private sealed record Alias(string Name, string Property);
}
