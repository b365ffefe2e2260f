using System.Management.Automation;

namespace LinuxMem.PowerShell.Filters;

/// <summary>A name parameter, in which * and ? stand for any characters. Case-sensitive, as on Linux, if not told otherwise.</summary>
internal sealed class WildcardName
{
    private readonly WildcardPattern? pattern;
    private readonly bool ignoresCase;

    public WildcardName(string text, bool ignoresCase = false)
    {
        Text = text;
        this.ignoresCase = ignoresCase;
        try
        {
            pattern = new WildcardPattern(text, WildcardOptions.CultureInvariant | (ignoresCase ? WildcardOptions.IgnoreCase : WildcardOptions.None));
            _ = pattern.IsMatch(string.Empty);
            HasWildcards = WildcardPattern.ContainsWildcardCharacters(text);
        }
        catch (WildcardPatternException)
        {
            // An unbalanced '[' is not a valid pattern, but may be part of a name.
            pattern = null;
        }
    }

    /// <summary>The name as typed.</summary>
    public string Text { get; }

    /// <summary>True when it may match any number of names, so that no match is not an error.</summary>
    public bool HasWildcards { get; }

    /// <summary>True when the name matches.</summary>
    public bool IsMatch(string name) => pattern?.IsMatch(name) ?? string.Equals(Text, name, ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}
