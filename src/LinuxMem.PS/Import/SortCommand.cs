using System.Management.Automation;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// Makes <c>… | Sort mem_uss</c> work as typed. PowerShell on Linux has no alias <c>sort</c>, so as not to hide the
/// native command, and <c>Sort</c> is not found.
/// </summary>
/// <remarks>
/// An exported alias would hide the native <c>sort</c>, because command names ignore case. This handler answers only to
/// <c>Sort</c> spelled so, after nothing else was found, and after handlers that were there before.
/// </remarks>
internal static class SortCommand
{
    private const string Name = "Sort";
    private static readonly EventHandler<CommandLookupEventArgs> Handler = Answer;

    /// <summary>Adds the handler to the current session.</summary>
    public static void Add()
    {
        if (Session() is CommandInvocationIntrinsics session)
        {
            session.CommandNotFoundAction -= Handler;
            session.CommandNotFoundAction += Handler;
            ScriptBlockTab.Add(session);
        }
    }

    /// <summary>Removes the handler.</summary>
    public static void Remove()
    {
        if (Session() is CommandInvocationIntrinsics session)
        {
            session.CommandNotFoundAction -= Handler;
            ScriptBlockTab.Remove(session);
        }
    }

    /// <summary>
    /// The current session's command lookup, obtained by a nested script: a runspace that is running a pipeline, as at
    /// import, does not hand it out directly.
    /// </summary>
    private static CommandInvocationIntrinsics? Session()
    {
        if (RunningSession.Commands() is CommandInvocationIntrinsics session)
        {
            return session;
        }

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
