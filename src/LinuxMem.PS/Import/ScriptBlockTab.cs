using System.Management.Automation;
using LinuxMem.PowerShell.Completion;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// Makes Tab complete <c>$_.</c> in the scriptblocks of this module (<see cref="ScriptBlockMembers"/>): whoever looks up
/// <c>TabExpansion2</c> gets a script that calls the session's own, and answers itself in such a scriptblock only.
/// </summary>
/// <remarks>The function itself stays as it is, also one that a profile has put in its place.</remarks>
internal static class ScriptBlockTab
{
    private const string Name = "TabExpansion2";
    private static readonly EventHandler<CommandLookupEventArgs> Handler = Answer;

    private static readonly string Script =
        $"[{typeof(ScriptBlockMembers).FullName}]::Complete((& (Microsoft.PowerShell.Management\\Get-Item -LiteralPath Function:\\{Name}) @args), $args)";

    /// <summary>Adds the handler to a session.</summary>
    public static void Add(CommandInvocationIntrinsics session)
    {
        session.PreCommandLookupAction -= Handler;
        session.PreCommandLookupAction += Handler;
    }

    /// <summary>Removes the handler.</summary>
    public static void Remove(CommandInvocationIntrinsics session) => session.PreCommandLookupAction -= Handler;

    private static void Answer(object? sender, CommandLookupEventArgs e)
    {
        if (e.Command is null && e.CommandScriptBlock is null && string.Equals(e.CommandName, Name, StringComparison.OrdinalIgnoreCase))
        {
            e.CommandScriptBlock = ScriptBlock.Create(Script);
            e.StopSearch = true;
        }
    }
}
