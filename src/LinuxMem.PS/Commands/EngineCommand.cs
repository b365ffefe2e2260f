using System.Management.Automation;
using LinuxMem.PowerShell.Import;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The base of cmdlets that read a machine: -ProcRoot.</summary>
public abstract class EngineCommand : ModuleCommand
{
    /// <summary>
    /// The /proc tree or snapshot to read, as a PowerShell path; /proc when not given. For a copy, nothing is run or
    /// attached.
    /// </summary>
    [Parameter(HelpMessage = "The /proc tree to read, or a snapshot, as a PowerShell path. Default: /proc.")]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

    /// <summary>The file system path to read; null for /proc.</summary>
    /// <exception cref="LinuxMemException">There is no /proc here.</exception>
    private protected string? ResolvedProcRoot()
    {
        if (ProcRoot is null)
        {
            SupportedSystem.Require(MyInvocation.MyCommand.Name);
        }

        string? resolved = ProcRootPath.Resolve(SessionState, ProcRoot);
        WriteDebug($"Reading {resolved ?? Engine.Sources.Machine.DefaultPath}.");
        return resolved;
    }
}
