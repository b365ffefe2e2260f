using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Completion;

/// <summary>
/// Completes <c>$_.</c> in a scriptblock that a cmdlet of this module calls for each process. PowerShell infers the type of
/// <c>$_</c> from the command before it in the pipeline only, and asks no completer of a parameter within a scriptblock.
/// </summary>
public static class ScriptBlockMembers
{
    private static readonly HashSet<string> Commands = new(["Get-MemGroup", "Get-MemProcess", "Export-MemSnapshot"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Own = new(
        typeof(ScriptBlockMembers).Assembly.GetTypes().Select(type => type.GetCustomAttribute<CmdletAttribute>()).OfType<CmdletAttribute>().Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}"),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What a process is. Its figures are not there: filters and splits are asked before any page is read.</summary>
    private static readonly string[] Names = [.. ProcessProperties.All.Select(property => property.Name).Append(nameof(ProcessFacts.Environment)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The properties of a process, where one of them is being typed; elsewhere what PowerShell offers.</summary>
    /// <param name="offered">What TabExpansion2 returned.</param>
    /// <param name="arguments">What TabExpansion2 was given: text and place of the cursor, or a syntax tree, its tokens and the place.</param>
    public static object? Complete(object? offered, object?[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return Line(arguments) is not string line ? offered : Of(line) is CommandCompletion own ? own : WithoutStandardMembers(offered, line);
    }

    /// <summary>
    /// Takes PowerShell's own PSStandardMembers out of what is offered after a cmdlet of this module. It is there because the types
    /// have properties to sort by and to show first; PowerShell offers it even where it is declared as hidden.
    /// </summary>
    private static object? WithoutStandardMembers(object? offered, string line)
    {
        if ((offered is PSObject wrapped ? wrapped.BaseObject : offered) is CommandCompletion completion
            && completion.CompletionMatches.FirstOrDefault(match => match.CompletionText == "PSStandardMembers") is CompletionResult found)
        {
            Parser.ParseInput(line, out Token[] tokens, out _);
            if (Array.Exists(tokens, token => (token.TokenFlags & TokenFlags.CommandName) != 0 && Own.Contains(NameOf(token))))
            {
                completion.CompletionMatches.Remove(found);
            }
        }

        return offered;
    }

    /// <summary>The name of a command without that of its module.</summary>
    private static string NameOf(Token command) => command.Text[(command.Text.LastIndexOf('\\') + 1)..];

    /// <summary>The text up to the cursor.</summary>
    private static string? Line(object?[] arguments)
    {
        object?[] values = Array.ConvertAll(arguments, argument => argument is PSObject wrapped ? wrapped.BaseObject : argument);
        (string? text, int? cursor) = values.OfType<IScriptPosition>().FirstOrDefault() is IScriptPosition position
            ? (position.GetFullScript(), position.Offset)
            : (values.OfType<string>().FirstOrDefault(value => !value.StartsWith('-')), values.OfType<int>().Select(value => (int?)value).FirstOrDefault());

        // Without a place, as TabExpansion2 has it, the cursor is at the end.
        return text is not null && (cursor ?? text.Length) is int place && place >= 0 && place <= text.Length ? text[..place] : null;
    }

    private static CommandCompletion? Of(string line)
    {
        Parser.ParseInput(line, out Token[] tokens, out _);
        int last = Array.FindLastIndex(tokens, token => token.Kind is not (TokenKind.EndOfInput or TokenKind.NewLine));
        int dot = last >= 0 && tokens[last].Kind == TokenKind.Dot ? last : last - 1;
        if (dot < 1 || tokens[dot].Kind != TokenKind.Dot || tokens[last].Extent.EndOffset != line.Length
            || tokens[dot - 1] is not VariableToken { VariablePath.UserPath: "_" or "PSItem" } || !IsAsked(tokens, dot - 1))
        {
            return null;
        }

        int start = tokens[dot].Extent.EndOffset;
        string typed = line[start..];
        CompletionResult[] found = [.. from name in Names
                                       where name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
                                       let type = typeof(MemProcess).GetProperty(name)?.PropertyType ?? (name == nameof(ProcessFacts.Environment) ? typeof(ReadOnlyDictionary<string, string>) : null)
                                       select new CompletionResult(name, name, CompletionResultType.Property, type is null ? name : $"{LanguagePrimitives.ConvertTo<string>(Nullable.GetUnderlyingType(type) ?? type)} {name}")];
        return found.Length == 0 ? null : new CommandCompletion(new Collection<CompletionResult>(found), -1, start, typed.Length);
    }

    /// <summary>True in a scriptblock that is an argument of such a cmdlet, itself or in a dictionary or list.</summary>
    private static bool IsAsked(Token[] tokens, int from)
    {
        int depth = 0;
        bool isInBlock = false;
        for (int i = from; i >= 0; i--)
        {
            switch (tokens[i].Kind)
            {
                case TokenKind.RCurly or TokenKind.RParen:
                    depth++;
                    break;
                case TokenKind.LCurly or TokenKind.AtCurly or TokenKind.LParen or TokenKind.AtParen or TokenKind.DollarParen when depth > 0:
                    depth--;
                    break;
                case TokenKind.LCurly:
                    if (isInBlock)
                    {
                        return false;
                    }

                    isInBlock = true;
                    break;
                default:
                    if (isInBlock && depth == 0 && (tokens[i].TokenFlags & TokenFlags.CommandName) != 0)
                    {
                        return Commands.Contains(NameOf(tokens[i]));
                    }

                    break;
            }
        }

        return false;
    }
}
