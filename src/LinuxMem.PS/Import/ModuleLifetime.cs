using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace LinuxMem.PowerShell.Import;

/// <summary>What the module adds to a session at import beside its cmdlets, and removes again.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>Called by PowerShell at <c>Import-Module</c>.</summary>
    public void OnImport()
    {
        // The runspaces of a pool share what one of them has added. PowerShell would keep it once more for each, and reads what it
        // keeps on several threads, which disagree when a type is there twice.
        if (!HeadingNames.AreThere())
        {
            TypeData[] types = [.. HeadingNames.TypeData()];
            if (!RunningSession.TryExtend(types))
            {
                // All in one call: each call costs two milliseconds.
                Run("Update-TypeData", shell => shell.AddParameter("TypeData", types).AddParameter("Force"));
            }
        }

        SortCommand.Add();
    }

    /// <summary>Called by PowerShell at <c>Remove-Module</c>.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        SortCommand.Remove();
        foreach (TypeData data in HeadingNames.TypeData())
        {
            Run("Remove-TypeData", shell => shell.AddParameter("TypeData", data));
        }
    }

    private static void Run(string cmdlet, Action<System.Management.Automation.PowerShell> addParameters)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand($@"Microsoft.PowerShell.Utility\{cmdlet}").AddParameter("ErrorAction", ActionPreference.Ignore);
        addParameters(shell);
        shell.Invoke();
    }
}
