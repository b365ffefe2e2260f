using System.CommandLine;
using LinuxMem.Engine.MemGroups;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary>The options that every command with a page scan has.</summary>
internal sealed class ScanParameters
{
    private readonly Option<string?> procRoot = new("--proc-root")
    {
        Description = "The /proc tree to read.",
        HelpName = "DIR",
        DefaultValueFactory = static _ => null,
    };

    private readonly Option<long?> memoryLimit = new("--mem-limit", "-m")
    {
        Description = "Memory that the scan itself may take, in MiB. Default: half of what is available.",
        HelpName = "MIB",
        CustomParser = result => NumberArgument.Parse(result),
    };

    private readonly Option<int?> threads = new("--threads", "-t")
    {
        Description = "Threads that read pages. Default: all processors.",
        HelpName = "N",
        CustomParser = result => (int?)NumberArgument.Parse(result, int.MaxValue),
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(procRoot);
        command.Options.Add(memoryLimit);
        command.Options.Add(threads);
    }

    /// <summary>The options as the engine takes them.</summary>
    public ScanOptions Options(ParseResult parsed, Action<ScanProgress>? progress, CancellationToken cancellation) => new()
    {
        ProcRoot = parsed.GetValue(procRoot),
        Threads = parsed.GetValue(threads),
        MemoryLimit = parsed.GetValue(memoryLimit) is long mebibytes ? Mebibytes.ToBytes(mebibytes) : null,
        Progress = progress,
        Cancellation = cancellation,
    };
}
