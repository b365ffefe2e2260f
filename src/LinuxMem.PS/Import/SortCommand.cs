using System.Management.Automation;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// Makes <c>… | Sort mem_uss</c> run as typed: on Linux PowerShell has no alias <c>sort</c>, so that the native
/// command stays in reach, and <c>Sort</c> is not found at all.
/// </summary>
/// <remarks>
/// An exported alias would hide the native <c>sort</c>, for names of commands ignore case. This answers exactly
/// <c>Sort</c>, and only when nothing else has been found; who listens already is heard first.
/// </remarks>
internal static class SortCommand
{
    private const string Name = "Sort";
    private static readonly EventHandler<CommandLookupEventArgs> Handler = Answer;

    /// <summary>Starts to answer in the current session.</summary>
    public static void Add()
    {
        if (Session() is CommandInvocationIntrinsics session)
        {
            session.CommandNotFoundAction -= Handler;
            session.CommandNotFoundAction += Handler;
        }
    }

    /// <summary>Stops it.</summary>
    public static void Remove()
    {
        if (Session() is CommandInvocationIntrinsics session)
        {
            session.CommandNotFoundAction -= Handler;
        }
    }

    /// <summary>The session's own: a runspace does not hand it out while it runs a pipeline, as it does at import.</summary>
    private static CommandInvocationIntrinsics? Session()
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext.InvokeCommand").Invoke<CommandInvocationIntrinsics>().FirstOrDefault();
    }

    private static void Answer(object? sender, CommandLookupEventArgs e)
    {
        if (e.Command is null && e.CommandScriptBlock is null && string.Equals(e.CommandName, Name, StringComparison.Ordinal)
            && Session()?.GetCommand("Sort-Object", CommandTypes.Cmdlet) is CommandInfo command)
        {
            e.Command = command;
            e.StopSearch = true;
        }
    }
}
