using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Filters;

/// <summary>Selects the processes for which a scriptblock returns true.</summary>
internal sealed class ScriptBlockFilter(ScriptBlock script) : ProcessFilter
{
    private readonly ScriptBlockCall call = new(script);

    /// <inheritdoc/>
    public override ProcessFacts Facts => call.Facts;

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => LanguagePrimitives.IsTrue(call.Ask(process));

    /// <inheritdoc/>
    public override string ToString() => call.Text;
}
