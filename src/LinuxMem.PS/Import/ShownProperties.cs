using System.Management.Automation;
using System.Management.Automation.Runspaces;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// The properties that PowerShell shows of an object where it uses none of the module's views: after objects of another kind in
/// one line or script. They have the values as list views show them, escaped, and are hidden, so that no export has them.
/// </summary>
internal sealed class ShownProperties
{
    private readonly Func<string, ScriptBlock> make = RunningSession.ScriptMaker();

    /// <summary>The scripts made so far, by property: many types have the same.</summary>
    private readonly Dictionary<string, ScriptBlock> scripts = new(StringComparer.Ordinal);

    /// <summary>Adds them to a type.</summary>
    /// <param name="data">The type.</param>
    /// <param name="summary">The columns that are shown.</param>
    public void AddTo(TypeData data, IReadOnlyList<Column> summary)
    {
        foreach (Column column in summary)
        {
            if (!scripts.TryGetValue(column.Property, out ScriptBlock? script))
            {
                script = make($"[{typeof(ShownValue).FullName}]::{nameof(ShownValue.Of)}($this, '{column.Property}')");
                scripts.Add(column.Property, script);
            }

            string name = Name(column);
            data.Members.Add(name, new ScriptPropertyData(name, script) { IsHidden = true });
        }

        data.DefaultDisplayPropertySet = new PropertySetData(summary.Select(Name));
    }

    /// <summary>
    /// The heading, which PowerShell makes the label, and a space at its end: the heading itself is a name of the value as it is.
    /// </summary>
    private static string Name(Column column) => column.Label + " ";
}
