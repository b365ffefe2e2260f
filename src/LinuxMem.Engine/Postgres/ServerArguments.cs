namespace LinuxMem.Engine.Postgres;

/// <summary>The settings that a postmaster was given on its command line, by names in lower case.</summary>
internal static class ServerArguments
{
    /// <summary>The options of <c>postgres</c> that take a value, and the setting that each stands for; empty for none.</summary>
    private static readonly Dictionary<char, string> Options = new()
    {
        ['B'] = "shared_buffers",
        ['N'] = "max_connections",
        ['S'] = "work_mem",
        ['p'] = "port",
        ['D'] = DataFolder,
        ['C'] = "", ['d'] = "", ['f'] = "", ['h'] = "", ['k'] = "", ['r'] = "", ['t'] = "", ['v'] = "", ['W'] = "",
    };

    /// <summary>Stands for <c>-D</c>: the folder of the data, or of the files that tell where it is.</summary>
    public const string DataFolder = "-D";

    /// <summary>Reads them.</summary>
    /// <param name="arguments">The arguments, the program's name first.</param>
    /// <param name="settings">Takes them; later ones replace earlier ones.</param>
    public static void Read(IReadOnlyList<string> arguments, Dictionary<string, string> settings)
    {
        for (int i = 1; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument is "--")
            {
                return;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                Set(argument[2..], settings);
                continue;
            }

            if (argument is not ['-', char letter, ..] || (letter != 'c' && !Options.ContainsKey(letter)))
            {
                continue;
            }

            string? value = argument.Length > 2 ? argument[2..] : i + 1 < arguments.Count ? arguments[++i] : null;
            if (value is null)
            {
                return;
            }

            if (letter == 'c')
            {
                Set(value, settings);
            }
            else if (Options[letter] is { Length: > 0 } name)
            {
                settings[name] = value;
            }
        }
    }

    private static void Set(string assignment, Dictionary<string, string> settings)
    {
        int equals = assignment.IndexOf('=');
        if (equals > 0)
        {
            settings[ConfigurationFile.NameOf(assignment[..equals].Replace('-', '_'))] = assignment[(equals + 1)..];
        }
    }
}
