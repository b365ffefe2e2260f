using System.Globalization;

namespace LinuxMem.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Parts">The parts to measure.</param>
/// <param name="Runs">Runs of each thing.</param>
/// <param name="Json">Where the figures go.</param>
/// <param name="Check">Whether a missed bar is a failure.</param>
internal sealed record BenchOptions(IReadOnlySet<string> Parts, int Runs, string Json, bool Check)
{
    /// <summary>How the command is used.</summary>
    public const string Usage = """
        Usage: bench [PART]... [--runs N] [--json FILE] [--check]
          dense thp sparse forked many shm   the engine against the kernel floor, on this workload
          groups    forked, in 200 groups against one, and two splits against one
          all       all workloads together: engine, linuxmem, Get-MemGroup, smem
          start     Import-Module, the first Get-MemGroup and linuxmem against empty ones
          sets      the memory of the sets of 50 groups over 1 TiB
          growth    time and memory against pages, processes, groups and virtual size (only when named)
          framesets BenchmarkDotNet: the frame set against other sets (only when named, and alone)
          --runs N  runs of each thing (5); the medians are shown
          --json FILE  all figures of all runs (out/bench.json)
          --check   exit code 1 when a bar is missed
        Needs root, a C compiler, and for 'all' about 12 GiB of memory.
        """;

    private static readonly string[] ByDefault = ["dense", "thp", "sparse", "forked", "many", "shm", "groups", "all", "start", "sets"];
    private static readonly string[] OnlyNamed = ["growth"];

    /// <summary>True when a part is asked for.</summary>
    public bool Has(string part) => Parts.Contains(part);

    /// <summary>True when something asked for scans in this process.</summary>
    public bool Scans => Parts.Any(part => part is not ("start" or "sets"));

    /// <summary>Reads the arguments; null with a sentence when they are wrong.</summary>
    public static BenchOptions? Parse(string[] arguments, string json, out string? wrong)
    {
        var parts = new HashSet<string>();
        int runs = 5;
        bool check = false;
        wrong = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (ByDefault.Contains(argument) || OnlyNamed.Contains(argument))
            {
                parts.Add(argument);
            }
            else if (argument == "--check")
            {
                check = true;
            }
            else if (argument == "--json" && i + 1 < arguments.Length)
            {
                json = arguments[++i];
            }
            else if (argument == "--runs" && i + 1 < arguments.Length
                && int.TryParse(arguments[++i], NumberStyles.None, CultureInfo.InvariantCulture, out runs) && runs > 0)
            {
                continue;
            }
            else
            {
                wrong = argument is "--runs" or "--json" || (i > 0 && arguments[i - 1] == "--runs")
                    ? $"{(argument == "--json" ? "--json wants the name of a file" : "--runs wants a number of 1 or more")}."
                    : $"'{argument}' is no part and no option.";
                return null;
            }
        }

        return new BenchOptions(parts.Count > 0 ? parts : ByDefault.ToHashSet(), runs, json, check);
    }
}
