using System.Management.Automation;

namespace LinuxMem.PowerShell.Filters;

/// <summary>A name parameter, in which * and ? stand for any characters. Case-sensitive, as on Linux.</summary>
internal sealed class WildcardName
{
    private readonly WildcardPattern? pattern;

    public WildcardName(string text)
    {
        Text = text;
        try
        {
            pattern = new WildcardPattern(text, WildcardOptions.CultureInvariant);
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
    public bool IsMatch(string name) => pattern?.IsMatch(name) ?? string.Equals(Text, name, StringComparison.Ordinal);
}
