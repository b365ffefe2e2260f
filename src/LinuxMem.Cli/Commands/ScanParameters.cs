using System.CommandLine;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary>The options common to all commands that scan processes.</summary>
internal sealed class ScanParameters
{
    private readonly Option<string?> filter = new("--filter", "-f")
    {
        Description = "Scan only the processes that match. What is filtered out is not there at all, also not for "
            + "mem_uss: a page shared only with it counts as not shared. A filter is one of "
            + $"{string.Join(", ", FilterPredicates.All.Select(predicate => predicate.Syntax))}.",
        HelpName = "FILTER",
        DefaultValueFactory = static _ => null,
    };

    private readonly Option<bool> openFiles = new("--include-open-files")
    {
        Description = "Processes also hold the shared memory that they have open and not mapped: memfds, files of a tmpfs. Every descriptor is looked up, which takes its time.",
    };

    private readonly ProcRootParameter procRoot = new();

    private readonly Option<long?> memoryLimit = new("--mem-limit", "-m")
    {
        Description = "Memory that the scan itself may take, in MiB. Default: half of what is available.",
        HelpName = "MIB",
        CustomParser = result => NumberArgument.Parse(result),
    };

    private readonly ThreadsParameter threads = new();

    private readonly Option<bool> lowPriority = new("--low-priority")
    {
        Description = "Give way to everything else: read at low priority of processor and disk. Takes longer where there is much to do.",
    };

    private bool alwaysOpenFiles;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="always">Whether it counts what processes have open in any case.</param>
    public void AddTo(Command command, bool always = false)
    {
        alwaysOpenFiles = always;
        command.Options.Add(filter);
        if (!always)
        {
            command.Options.Add(openFiles);
        }

        procRoot.AddTo(command);
        command.Options.Add(memoryLimit);
        threads.AddTo(command);
        command.Options.Add(lowPriority);
    }

    /// <summary>The filter, named by its text; null for none.</summary>
    /// <exception cref="FilterSyntaxException">The text is not a filter.</exception>
    public NamedFilter? Filter(ParseResult parsed) =>
        parsed.GetValue(filter) is string text ? new NamedFilter(text, FilterParser.Parse(text)) : null;

    /// <summary>Has the scan give way until it is disposed, where that was asked for; else null.</summary>
    public LowPriority? GiveWay(ParseResult parsed) => parsed.GetValue(lowPriority) ? new LowPriority() : null;

    /// <summary>The options for the engine.</summary>
    public ScanOptions Options(ParseResult parsed, Action<ScanProgress>? progress, CancellationToken cancellation, bool isSample = false) => new()
    {
        ProcRoot = procRoot.Path(parsed),
        Threads = threads.Count(parsed),
        MemoryLimit = parsed.GetValue(memoryLimit) is long mebibytes ? Mebibytes.ToBytes(mebibytes) : null,
        IncludeOpenFiles = alwaysOpenFiles || parsed.GetValue(openFiles),
        IsSample = isSample,
        IsSampling = isSample,
        Progress = progress,
        Cancellation = cancellation,
    };
}
