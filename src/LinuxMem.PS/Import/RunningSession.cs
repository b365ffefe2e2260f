using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// What PowerShell has of the session of this thread and hands out only to its own cmdlets: taken by reflection, because a cmdlet or
/// a script that is run at import takes ten times as long, and the first of <c>Microsoft.PowerShell.Utility</c> loads that module.
/// </summary>
/// <remarks>
/// Each answers with null or false where PowerShell is built otherwise, and then the cmdlet or the script is run. Nothing of it is
/// changed but by the methods that PowerShell's own cmdlets call.
/// </remarks>
internal static class RunningSession
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Set by tests: another PowerShell, that has nothing of it where this one has it.</summary>
    internal static bool IsPretendedOther { get; set; }

    /// <summary>The command lookup; null when it cannot be taken.</summary>
    public static CommandInvocationIntrinsics? Commands() => (Get(Context(), "EngineIntrinsics") as EngineIntrinsics)?.InvokeCommand;

    /// <summary>Whether a type is extended by anybody; null when that cannot be told.</summary>
    public static bool? IsExtended(string type) =>
        Table() is object table && table.GetType().GetField("_extendedMembers", Instance)?.GetValue(table) is IDictionary extended ? extended.Contains(type) : null;

    /// <summary>Extends types, as <c>Update-TypeData -TypeData … -Force</c> does.</summary>
    /// <param name="types">The extensions.</param>
    /// <returns>False when nothing was extended.</returns>
    public static bool TryExtend(IReadOnlyList<TypeData> types)
    {
        if (Runspace.DefaultRunspace?.InitialSessionState is not InitialSessionState state
            || Table() is not object table
            || table.GetType().GetMethod("Update", Instance, [typeof(TypeData), typeof(ConcurrentBag<string>), typeof(bool)]) is not MethodInfo one
            || table.GetType().GetMethod("ClearConsolidatedMembers", Instance, []) is not MethodInfo all)
        {
            return false;
        }

        var update = one.CreateDelegate<Action<TypeData, ConcurrentBag<string>, bool>>(table);
        var forget = all.CreateDelegate<Action>(table);
        var errors = new ConcurrentBag<string>();
        foreach (TypeData type in types)
        {
            type.IsOverride = true;
            update(type, errors, false);

            // What is not kept here is gone when the table is made anew, for example after Remove-Module of another module.
            state.Types.Add(new SessionStateTypeEntry(type, false));
        }

        // The members that objects of these types were found to have before.
        forget();
        return true;
    }

    /// <summary>Makes scripts that are parsed when they are first run, not now.</summary>
    public static Func<string, ScriptBlock> ScriptMaker() =>
        !IsPretendedOther && typeof(ScriptBlock).GetMethod("CreateDelayParsedScriptBlock", BindingFlags.Static | BindingFlags.NonPublic, [typeof(string), typeof(bool)]) is MethodInfo method && method.ReturnType == typeof(ScriptBlock)
            ? text => method.CreateDelegate<Func<string, bool, ScriptBlock>>()(text, false)
            : ScriptBlock.Create;

    private static object? Table() => Get(Context(), "TypeTable");

    private static object? Context() => IsPretendedOther ? null : Get(Runspace.DefaultRunspace, "ExecutionContext");

    private static object? Get(object? of, string property) => of?.GetType().GetProperty(property, Instance)?.GetValue(of);
}
