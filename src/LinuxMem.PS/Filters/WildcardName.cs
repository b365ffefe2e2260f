using System.Management.Automation;

namespace LinuxMem.PowerShell.Filters;

/// <summary>A name as PowerShell's parameters take it, with * and ? for any characters. Upper and lower case differ, as on Linux.</summary>
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
            // A '[' without its ']' is no pattern, but may be a name.
            pattern = null;
        }
    }

    /// <summary>The name as typed.</summary>
    public string Text { get; }

    /// <summary>True when several names may match, or none, without that being an error.</summary>
    public bool HasWildcards { get; }

    /// <summary>True when the name matches.</summary>
    public bool IsMatch(string name) => pattern?.IsMatch(name) ?? string.Equals(Text, name, StringComparison.Ordinal);
}
