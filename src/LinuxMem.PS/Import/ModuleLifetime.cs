using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace LinuxMem.PowerShell.Import;

/// <summary>What the module adds to a session at import beside its cmdlets, and removes again.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>Called by PowerShell at <c>Import-Module</c>.</summary>
    public void OnImport()
    {
        ChangeTypes("Update-TypeData", forced: true);
        SortCommand.Add();
    }

    /// <summary>Called by PowerShell at <c>Remove-Module</c>.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        SortCommand.Remove();
        ChangeTypes("Remove-TypeData", forced: false);
    }

    private static void ChangeTypes(string cmdlet, bool forced)
    {
        foreach (TypeData data in HeadingNames.TypeData())
        {
            using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
            shell.AddCommand($@"Microsoft.PowerShell.Utility\{cmdlet}").AddParameter("TypeData", data).AddParameter("ErrorAction", ActionPreference.Ignore);
            if (forced)
            {
                shell.AddParameter("Force");
            }

            shell.Invoke();
        }
    }
}
