namespace LinuxMem.Engine.Scanning;

/// <summary>A name without wildcards that was asked for, and that nothing has.</summary>
/// <param name="Name">The name as given.</param>
/// <param name="Message">A sentence that says so.</param>
public sealed record MissingName(string Name, string Message)
{
    /// <summary>That no process has a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isFilteredOut">True when processes have it, and a filter leaves all of them out.</param>
    public static string OfProcess(string name, bool isFilteredOut)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (isFilteredOut)
        {
            return $"The filter leaves out all processes of the name '{name}'.";
        }

        string number = name.All(char.IsAsciiDigit) ? " A number is taken for a name, too: process ids have an option of their own." : string.Empty;
        return $"There is no process of the name '{name}'. Names are those of the kernel (comm), as 'ps -e' shows them.{number}";
    }
}
