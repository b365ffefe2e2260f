using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation.Language;
using System.Management.Automation;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Filters;

/// <summary>
/// Calls a scriptblock for processes: <c>$_</c> is the process, and the caller's variables are visible.
/// </summary>
internal sealed class ScriptBlockCall
{
    private readonly ScriptBlock script;

    public ScriptBlockCall(ScriptBlock script)
    {
        this.script = script;
        Text = script.ToString().Trim();

        // Properties named in the script are read ahead by several threads; others are read on use.
        Facts = script.Ast.FindAll(ast => ast is MemberExpressionAst, searchNestedScriptBlocks: true)
            .Select(ast => ((MemberExpressionAst)ast).Member as StringConstantExpressionAst)
            .Aggregate(ProcessFacts.None, (all, member) => member is null ? all : all | (ProcessProperties.Find(member.Value)?.Facts ?? ProcessFacts.None));
    }

    /// <summary>The script as typed, without braces.</summary>
    public string Text { get; }

    /// <summary>The facts of the properties that the script names.</summary>
    public ProcessFacts Facts { get; }

    /// <summary>The output of the script for a process; empty when the process has ended.</summary>
    /// <exception cref="LinuxMemException">The script failed.</exception>
    public Collection<PSObject> Ask(MemProcess process)
    {
        try
        {
            return script.InvokeWithContext(null, [new PSVariable("_", process)], process);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            if (!process.IsRunning())
            {
                // The process has ended, so what the script read is gone.
                return [];
            }

            string message = (e.InnerException as RuntimeException ?? e).Message;
            throw new LinuxMemException(
                LinuxMemError.InvalidFilter,
                string.Create(CultureInfo.InvariantCulture, $"The scriptblock {{ {Text} }} failed for process {process.Id} ({process.Comm}): {message}"),
                process,
                e);
        }
    }
}
