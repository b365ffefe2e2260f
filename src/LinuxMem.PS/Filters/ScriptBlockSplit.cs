using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.MemGroups;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Filters;

/// <summary>By what a scriptblock returns for each process; nothing, or $null, is a group of its own.</summary>
internal sealed class ScriptBlockSplit(ScriptBlock script) : Split
{
    private readonly ScriptBlockCall call = new(script);

    /// <inheritdoc/>
    public override string Name => call.Text;

    /// <inheritdoc/>
    public override ProcessFacts Facts => call.Facts;

    /// <inheritdoc/>
    public override GroupKey? KeyOf(MemProcess process, ProcessTree tree)
    {
        Collection<PSObject> said = call.Ask(process);
        object? value = said.Count switch
        {
            0 => null,
            1 => said[0]?.BaseObject,
            _ => string.Join(' ', said.Select(Text)),
        };

        // Of other types equality says nothing: their text does.
        return value switch
        {
            null => new GroupKey(null, EnvironmentSplit.NotSet),
            string or IFormattable or bool or char => new GroupKey(value, Text(value)),
            _ => new GroupKey(Text(value), Text(value)),
        };
    }

    private static string Text(object? value) =>
        value is null ? string.Empty : LanguagePrimitives.ConvertTo(value, typeof(string), CultureInfo.InvariantCulture) as string ?? string.Empty;
}
