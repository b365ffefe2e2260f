using System.Collections;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;

namespace LinuxMem.PowerShell.Filters;

/// <summary>
/// Converts parameter values into filters: strings, scriptblocks, and dictionaries of names and filters.
/// </summary>
internal static class FilterInput
{
    /// <summary>True for a value of a type that can be a filter.</summary>
    public static bool IsFilter(object? value) => Base(value) is string or ScriptBlock or IDictionary;

    /// <summary>Converts a value into one filter: a filter string or a scriptblock.</summary>
    /// <exception cref="LinuxMemException">It is neither, or it has a syntax error.</exception>
    public static ProcessFilter Single(object? value) => Base(value) switch
    {
        string text => FilterParser.Parse(text),
        ScriptBlock script => new ScriptBlockFilter(script),
        _ => throw Refused(value, "a filter string or a scriptblock"),
    };

    /// <summary>Converts a value into the named filters of one report.</summary>
    /// <exception cref="LinuxMemException">The value contains something that is not a filter.</exception>
    public static IEnumerable<NamedFilter> Report(object? value)
    {
        switch (Base(value))
        {
            case string text:
                return FilterParser.ParseList(text);
            case ScriptBlock script:
                var filter = new ScriptBlockFilter(script);
                return [new NamedFilter(filter.ToString(), filter)];
            case IDictionary dictionary:
                return Entries(dictionary);
            default:
                throw Refused(value, "a filter string, a scriptblock, or a dictionary of names and filters");
        }
    }

    private static List<NamedFilter> Entries(IDictionary dictionary)
    {
        // IDictionary's own enumerator: foreach over a generic dictionary yields pairs of another type.
        var entries = new List<NamedFilter>();
        IDictionaryEnumerator each = dictionary.GetEnumerator();
        while (each.MoveNext())
        {
            entries.Add(new NamedFilter(Convert.ToString(each.Key, CultureInfo.InvariantCulture) ?? string.Empty, Single(each.Value)));
        }

        return entries;
    }

    private static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static LinuxMemException Refused(object? value, string expected) => new(
        LinuxMemError.InvalidArgument,
        value is null ? $"$null is no filter. Give {expected}." : $"An object of type {Base(value)!.GetType().Name} is no filter. Give {expected}.",
        value);
}
