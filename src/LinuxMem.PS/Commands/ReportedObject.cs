using System.Management.Automation;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// What the cmdlets of this module emit, as it comes through the pipeline: live, from jobs, other machines and CLIXML, or as what CSV
/// and JSON have made of it.
/// </summary>
internal static class ReportedObject
{
    private static readonly string[] Prefixes = ["Deserialized.", "Selected.", "CSV:"];

    /// <summary>What an object is a row of; null for nothing of this module.</summary>
    public static ColumnSet? ThingOf(PSObject source) =>
        source.TypeNames.Select(ByName).FirstOrDefault(thing => thing is not null) ?? (source.BaseObject is PSCustomObject ? ByProperties(source) : null);

    /// <summary>The value of a column.</summary>
    public static object? Value(PSObject source, Column column)
    {
        if (source.BaseObject is not PSCustomObject && source.BaseObject.GetType() is Type type && Reported.Things.FirstOrDefault(thing => thing.Type == type) is not null)
        {
            return column.Of(source.BaseObject);
        }

        try
        {
            object? value = (source.Properties[column.Property] ?? source.Properties[column.Heading] ?? source.Properties[column.Label])?.Value;
            return value is PSObject wrapped ? wrapped.BaseObject : value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static ColumnSet? ByName(string name)
    {
        for (int i = 0; i < Prefixes.Length; i++)
        {
            if (name.StartsWith(Prefixes[i], StringComparison.Ordinal))
            {
                name = name[Prefixes[i].Length..];
                i = -1;
            }
        }

        // A process that was listed without its memory bears a name of its own before that of its type.
        return Reported.Things.FirstOrDefault(thing => thing.Type.FullName == name);
    }

    /// <summary>The thing that has all that tells it apart, and most of its columns, among the properties.</summary>
    private static ColumnSet? ByProperties(PSObject source)
    {
        var names = source.Properties.Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        bool Has(Column column) => names.Contains(column.Property) || names.Contains(column.Heading) || names.Contains(column.Label);
        return Reported.Things
            .Where(thing => thing.DataColumns.Where(column => thing.Keys.Contains(column.Property) || column.Property == thing.Title).All(Has))
            .Select(thing => (Thing: thing, Part: thing.DataColumns.Count(Has) / (double)thing.DataColumns.Count))
            .Where(one => one.Part > 0.5)
            .OrderByDescending(one => one.Part)
            .FirstOrDefault().Thing;
    }
}
