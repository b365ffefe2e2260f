using System.Management.Automation;
using System.Management.Automation.Runspaces;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// The property <c>Environment</c> of processes: <c>$_.Environment['ORACLE_SID']</c> has the value, and nothing that takes all
/// properties of an object (JSON, CSV, CLIXML, jobs, remoting, <c>Select-Object *</c>) comes by it.
/// </summary>
public static class ProcessEnvironment
{
    /// <summary>The variables of a process; null for what is none. Called by PowerShell for the property.</summary>
    public static object? Of(PSObject process) => (process?.BaseObject as MemProcess)?.GetEnvironment();

    /// <summary>Adds the property, hidden, to the type of processes.</summary>
    internal static void AddTo(TypeData processes) =>
        processes.Members.Add(
            nameof(ProcessFacts.Environment),
            new CodePropertyData(nameof(ProcessFacts.Environment), typeof(ProcessEnvironment).GetMethod(nameof(Of))) { IsHidden = true });
}
