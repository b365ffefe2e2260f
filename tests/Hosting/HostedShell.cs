using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using LinuxMem.PowerShell.Commands;

namespace LinuxMem.Hosting;

/// <summary>A session of PowerShell in this process with the module in it.</summary>
internal sealed class HostedShell : IDisposable
{
    private readonly Runspace runspace;

    public HostedShell()
    {
        runspace = RunspaceFactory.CreateRunspace(WithModule());
        runspace.Open();
    }

    /// <summary>Where its pipelines run.</summary>
    public Runspace Runspace => runspace;

    /// <summary>What a session with the module starts from.</summary>
    public static InitialSessionState WithModule()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([typeof(GetMemGroupCommand).Assembly.Location]);
        state.ThrowOnRunspaceOpenError = true;
        return state;
    }

    /// <summary>A pipeline of the session, still empty.</summary>
    public System.Management.Automation.PowerShell Pipeline()
    {
        var shell = System.Management.Automation.PowerShell.Create();
        shell.Runspace = runspace;
        return shell;
    }

    /// <summary>Runs a script and returns its objects; its errors are thrown.</summary>
    public Collection<PSObject> Run(string script)
    {
        using System.Management.Automation.PowerShell shell = Pipeline();
        Collection<PSObject> output = shell.AddScript(script).Invoke();
        return shell.Streams.Error.Count == 0 ? output : throw new InvalidOperationException(shell.Streams.Error[0].ToString());
    }

    /// <summary>Runs a script and returns the error that it ends with or reports.</summary>
    public ErrorRecord Error(string script)
    {
        using System.Management.Automation.PowerShell shell = Pipeline();
        try
        {
            shell.AddScript(script).Invoke();
        }
        catch (RuntimeException e)
        {
            return e.ErrorRecord;
        }

        return Assert.Single(shell.Streams.Error);
    }

    public void Dispose() => runspace.Dispose();
}
