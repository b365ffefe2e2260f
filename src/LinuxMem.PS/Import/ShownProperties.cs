using System.Management.Automation;
using System.Management.Automation.Runspaces;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// The properties that PowerShell shows of an object where it uses none of the module's views: after objects of another kind in
/// one line or script. They have the values as list views show them, escaped, and are hidden, so that no export has them.
/// </summary>
internal static class ShownProperties
{
    /// <summary>Adds them to a type.</summary>
    /// <param name="data">The type.</param>
    /// <param name="thing">The columns of the type.</param>
    /// <param name="scripts">The scripts made so far, by property: many types have the same, and parsing takes time at import.</param>
    public static void AddTo(TypeData data, ColumnSet thing, Dictionary<string, ScriptBlock> scripts)
    {
        foreach (Column column in thing.SummaryColumns)
        {
            string name = Name(column);
            if (!scripts.TryGetValue(column.Property, out ScriptBlock? script))
            {
                script = ScriptBlock.Create($"[{typeof(ShownValue).FullName}]::{nameof(ShownValue.Of)}($this, '{column.Property}')");
                scripts.Add(column.Property, script);
            }

            data.Members.Add(name, new ScriptPropertyData(name, script) { IsHidden = true });
        }

        data.DefaultDisplayPropertySet = new PropertySetData(thing.SummaryColumns.Select(Name));
    }

    /// <summary>
    /// The heading, which PowerShell makes the label, and a space at its end: the heading itself is a name of the value as it is.
    /// </summary>
    private static string Name(Column column) => column.Label + " ";
}
