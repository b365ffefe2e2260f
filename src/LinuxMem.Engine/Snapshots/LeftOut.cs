using System.Globalization;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Snapshots;

/// <summary>Says what a snapshot has no room for: what is missing without a word would pass for not having been there.</summary>
internal static class LeftOut
{
    /// <summary>Adds the warning, if anything was left out.</summary>
    /// <param name="warnings">Takes it.</param>
    /// <param name="count">How many were.</param>
    /// <param name="things">What they are, in the plural.</param>
    /// <param name="room">Bytes that all of them together may take.</param>
    /// <param name="which">Which of them were left out; empty where that is not known.</param>
    /// <param name="consequence">What that means for the figures: a sentence.</param>
    /// <param name="most">How many there may be; null for as many as have room.</param>
    public static void Tell(List<string> warnings, int count, string things, long room, string which, string consequence, int? most = null)
    {
        if (count == 0)
        {
            return;
        }

        string bound = most is int number ? string.Create(CultureInfo.InvariantCulture, $"may be {number:N0} and take") : "together may take";
        warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{count:N0} of the {things} {(count == 1 ? "is" : "are")} not in the snapshot, where all of them {bound} {room >> 20} MiB{(which.Length == 0 ? string.Empty : $": {which}")}. {consequence}"));
    }

    /// <summary>Of the users that the things left out belong to, the first few; empty where none is known.</summary>
    /// <param name="owners">The owner of each of them; null where that is not known.</param>
    public static string OfUsers(IEnumerable<object?> owners)
    {
        object[] known = [.. owners.OfType<object>().Distinct()];
        return known.Length == 0 ? string.Empty : $"of the users {Examples.Of(known)}";
    }
}
