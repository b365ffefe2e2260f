using System.Globalization;

namespace LinuxMem.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Parts">The parts to measure.</param>
/// <param name="Runs">Runs of each thing.</param>
/// <param name="Json">Where the figures go.</param>
/// <param name="Minutes">How long the soak takes.</param>
/// <param name="Seconds">How long each round under load takes, of the overhead.</param>
/// <param name="Seed">The seed of the first family.</param>
/// <param name="Count">How many families.</param>
/// <param name="Check">Whether a missed bar is a failure.</param>
internal sealed record BenchOptions(IReadOnlySet<string> Parts, int Runs, string Json, int Minutes, int Seconds, int Seed, int Count, bool Check)
{
    /// <summary>How the command is used.</summary>
    public const string Usage = """
        Usage: bench [PART]... [--runs N] [--json FILE] [--check]
          dense thp sparse forked many shm served   the engine against the kernel floor, on this workload
          groups    forked, in 200 groups against one, and two splits against one
          objects   many, forked and shm together: with shared memory objects against without, and what is only open
          mappings  many, forked and dense together: by mapping, by kind, and what groups share, against by user
          all       all workloads together: engine, linuxmem, Get-MemGroup, and smem and memstats where they are installed
          start     Import-Module, the first Get-MemGroup and linuxmem against empty ones
          sets      the memory of the sets of 50 groups over 1 TiB
          threads   how many threads would be worth having, by what is done under locks and on one thread (only when named)
          growth    time and memory against pages, processes, groups and virtual size (only when named)
          soak      a scan every second over 5,000 processes while stress-ng runs: failures, growth (only when named)
          overhead  what a report every second costs the stressors of stress-ng (only when named)
          families  random families of processes: figures against a plain count, until one differs (only when named)
          framesets BenchmarkDotNet: the frame set against other sets (only when named, and alone)
          --runs N  runs of each thing (5); the medians are shown
          --minutes N  how long the soak takes (10)
          --seconds N  how long each round of the overhead takes (20); there are three for each of up to four things
          --seed N  the first of the families (1)
          --count N  how many families (100)
          --json FILE  all figures of all runs (out/bench.json)
          --check   exit code 1 when a bar is missed
        What others took more than 5 % of the processors of is told to be no result, and the exit code is 1.
        Needs root, a C compiler, and for 'all' about 12 GiB of memory.
        """;

    private static readonly string[] ByDefault = ["dense", "thp", "sparse", "forked", "many", "shm", "served", "groups", "objects", "mappings", "all", "start", "sets"];
    private static readonly string[] OnlyNamed = ["threads", "growth", "soak", "overhead", "families"];

    /// <summary>True when a part is asked for.</summary>
    public bool Has(string part) => Parts.Contains(part);

    /// <summary>True when something asked for scans in this process.</summary>
    public bool Scans => Parts.Any(part => part is not ("start" or "sets" or "soak" or "families"));

    /// <summary>Reads the arguments; null with a sentence when they are wrong.</summary>
    public static BenchOptions? Parse(string[] arguments, string json, out string? wrong)
    {
        var parts = new HashSet<string>();
        var numbers = new Dictionary<string, int> { ["--runs"] = 5, ["--minutes"] = 10, ["--seconds"] = 20, ["--seed"] = 1, ["--count"] = 100 };
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
            else if (argument == "--json")
            {
                if (++i == arguments.Length)
                {
                    wrong = "--json wants the name of a file.";
                    return null;
                }

                json = arguments[i];
            }
            else if (numbers.ContainsKey(argument))
            {
                if (++i == arguments.Length || !int.TryParse(arguments[i], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number <= 0)
                {
                    wrong = $"{argument} wants a number of 1 or more.";
                    return null;
                }

                numbers[argument] = number;
            }
            else
            {
                wrong = $"'{argument}' is no part and no option.";
                return null;
            }
        }

        return new BenchOptions(parts.Count > 0 ? parts : ByDefault.ToHashSet(), numbers["--runs"], json, numbers["--minutes"], numbers["--seconds"], numbers["--seed"], numbers["--count"], check);
    }
}
