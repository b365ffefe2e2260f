using System.Management.Automation;
using System.Management.Automation.Language;

namespace LinuxMem.PowerShell.Completion;

/// <summary>The word that Tab completes, and the quotes that it stands in.</summary>
/// <param name="Text">The word itself, without quotes.</param>
/// <param name="QuoteMark">The quote that was typed; a blank for none.</param>
/// <param name="IsClosed">True when the closing quote was typed too.</param>
internal sealed record TypedWord(string Text, char QuoteMark, bool IsClosed)
{
    private const char None = ' ';

    /// <summary>Reads the word as PowerShell hands it to completers: with quotes, the closing one added where it is missing.</summary>
    public static TypedWord From(string? word, CommandAst? command)
    {
        if (string.IsNullOrEmpty(word) || word[0] is not ('\'' or '"'))
        {
            return new TypedWord(word ?? string.Empty, None, false);
        }

        char quote = word[0];
        bool ends = word.Length > 1 && word[^1] == quote;
        string text = ends ? word[1..^1] : word[1..];

        // The parser knows what was typed: an unfinished string has an extent without its closing quote.
        bool isClosed = ends && (command?.FindAll(ast => ast is StringConstantExpressionAst or ExpandableStringExpressionAst, searchNestedScriptBlocks: true)
            .Any(ast => ast.Extent.Text == word) ?? true);
        return new TypedWord(quote == '\'' ? text.Replace("''", "'", StringComparison.Ordinal) : text, quote, isClosed);
    }

    /// <summary>True when the value begins as the word does, or the word is a pattern that it matches.</summary>
    public bool Begins(string value, StringComparison comparison = StringComparison.Ordinal) =>
        value.StartsWith(Text, comparison) || (WildcardPattern.ContainsWildcardCharacters(Text) && Matches(value, comparison));

    /// <summary>A whole value as it is to stand on the command line.</summary>
    public string Quote(string value) => Written(value, complete: true);

    /// <summary>The beginning of a value, to be typed on: in a quote that is not closed yet.</summary>
    public string Open(string value) => Written(value, complete: IsClosed);

    private bool Matches(string value, StringComparison comparison)
    {
        try
        {
            return new WildcardPattern(Text + "*", comparison == StringComparison.Ordinal ? WildcardOptions.None : WildcardOptions.IgnoreCase).IsMatch(value);
        }
        catch (WildcardPatternException)
        {
            return false;
        }
    }

    private string Written(string value, bool complete)
    {
        bool needsQuotes = !complete || value.Length == 0 || value.Any(c => !char.IsLetterOrDigit(c) && c is not ('_' or '-' or '.' or '/' or ':' or '+' or '*' or '?'))
            || value[0] is '-' or '+';
        return QuoteMark switch
        {
            '"' => $"\"{Escape(value)}{(complete ? "\"" : string.Empty)}",
            None when !needsQuotes => value,
            _ => $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}{(complete ? "'" : string.Empty)}",
        };
    }

    private static string Escape(string value) =>
        string.Concat(value.Select(c => c is '`' or '$' or '"' ? $"`{c}" : c.ToString()));
}
