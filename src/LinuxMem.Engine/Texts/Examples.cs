using System.Globalization;

namespace LinuxMem.Engine.Texts;

/// <summary>
/// A few of many, as a message names them: whoever makes thousands of processes, namespaces or instances must not make a warning of thousands of
/// lines, or one that nobody reads.
/// </summary>
internal static class Examples
{
    /// <summary>How many are named.</summary>
    public const int Most = 5;

    /// <summary>The first of them, each escaped and cut, and how many more there are.</summary>
    /// <param name="all">All of them.</param>
    /// <param name="separator">What stands between two.</param>
    public static string Of<T>(IReadOnlyCollection<T> all, string separator = ", ")
    {
        string named = string.Join(separator, all.Take(Most).Select(one => VisibleText.InMessage(one)));
        return all.Count > Most ? string.Create(CultureInfo.InvariantCulture, $"{named}{separator}and {all.Count - Most} more") : named;
    }
}
