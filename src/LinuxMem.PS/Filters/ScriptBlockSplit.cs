using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.PowerShell.Filters;

/// <summary>Splits by what a scriptblock returns for each process; no output or $null is a group of its own.</summary>
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
        switch (said)
        {
            case []:
            case [null]:
                return new GroupKey(null, EnvironmentSplit.NotSet);
            case [{ BaseObject: string or IFormattable or bool or char } one]:
                return GroupKey.Of(one.BaseObject, Text(one.BaseObject));
            default:
                // Several values, and other types, have no useful equality: compare their text.
                string text = string.Join(' ', said.Select(Text));
                return GroupKey.Of(text, text) with { Identity = (string.Join('\0', said.Select(Text)), said.Count) };
        }
    }

    private static string Text(object? value) =>
        value is null ? string.Empty : LanguagePrimitives.ConvertTo(value, typeof(string), CultureInfo.InvariantCulture) as string ?? string.Empty;
}
