using System.Globalization;
using System.Text;
using System.Management.Automation;
using System.Management.Automation.Language;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Completion;

/// <summary>The word to complete, and the quotes around it.</summary>
/// <param name="Text">The word without quotes.</param>
/// <param name="QuoteMark">The opening quote; a space for none.</param>
/// <param name="IsClosed">True when the closing quote was typed too.</param>
internal sealed record TypedWord(string Text, char QuoteMark, bool IsClosed)
{
    private const char None = ' ';

    /// <summary>
    /// Parses the word that PowerShell passes to completers: it includes the quotes, and a closing one even when that
    /// was not typed.
    /// </summary>
    public static TypedWord From(string? word, CommandAst? command)
    {
        if (string.IsNullOrEmpty(word) || word[0] is not ('\'' or '"'))
        {
            return new TypedWord(word ?? string.Empty, None, false);
        }

        char quote = word[0];
        bool ends = word.Length > 1 && word[^1] == quote;
        string text = ends ? word[1..^1] : word[1..];

        // The syntax tree has what was really typed: the extent of an unfinished string lacks the closing quote.
        bool isClosed = ends && (command?.FindAll(ast => ast is StringConstantExpressionAst or ExpandableStringExpressionAst, searchNestedScriptBlocks: true)
            .Any(ast => ast.Extent.Text == word) ?? true);
        return new TypedWord(quote == '\'' ? text.Replace("''", "'", StringComparison.Ordinal) : text, quote, isClosed);
    }

    /// <summary>True when the value begins with the word, or matches it as a wildcard pattern.</summary>
    public bool Begins(string value, StringComparison comparison = StringComparison.Ordinal) =>
        value.StartsWith(Text, comparison) || (WildcardPattern.ContainsWildcardCharacters(Text) && Matches(value, comparison));

    /// <summary>A complete value, quoted for the command line.</summary>
    public string Quote(string value) => Written(value, complete: true);

    /// <summary>A partial value to type on: its quote stays open.</summary>
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
            // What does not print goes into the command line as an escape, which only double quotes know.
            _ when VisibleText.NeedsEscape(value) => $"\"{Escape(value)}{(complete ? "\"" : string.Empty)}",
            '"' => $"\"{Escape(value)}{(complete ? "\"" : string.Empty)}",
            None when !needsQuotes => value,
            _ => $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}{(complete ? "'" : string.Empty)}",
        };
    }

    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            bool isRune = Rune.TryGetRuneAt(value, i, out Rune rune);
            if (!isRune || VisibleText.NeedsEscape(rune.ToString()))
            {
                text.Append(CultureInfo.InvariantCulture, $"`u{{{(isRune ? rune.Value : value[i]):X}}}");
            }
            else
            {
                text.Append(value[i] is '`' or '$' or '"' ? "`" : string.Empty).Append(rune.ToString());
            }

            i += isRune ? rune.Utf16SequenceLength - 1 : 0;
        }

        return text.ToString();
    }
}
