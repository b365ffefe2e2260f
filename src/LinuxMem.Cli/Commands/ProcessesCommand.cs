using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem processes</c>: the facts and the memory of each process.</summary>
internal sealed class ProcessesCommand : ScanCommand
{
    /// <summary>The facts that the columns show.</summary>
    private const ProcessFacts Shown = ProcessFacts.Status | ProcessFacts.CommandLine | ProcessFacts.Exe | ProcessFacts.Cgroup | ProcessFacts.Instance;

    private readonly Option<bool> listOnly = new("--list-only", "-l")
    {
        Description = "Only what the processes are, without their memory: no page is read, and no right to see frames is needed.",
    };

    public ProcessesCommand(StandardStreams streams, CancellationToken cancellation)
        : base("processes", "The memory of each process by itself, largest first.", streams, cancellation)
    {
        Options.Add(listOnly);
        AddCommonOptions();
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(listOnly))
        {
            Write(parsed, ProcessColumns.All, [new Section<MemProcess>(null, List(parsed, Shown))], ProcessColumns.All.Listed);
            return ExitCode.Done;
        }

        (IReadOnlyList<MemProcess> processes, ScanResult result) = Scan(parsed, static (scan, chosen) =>
        {
            ProcessTable.LoadToKeep(chosen, Shown, Threads(scan.Options), scan.Options.Cancellation);
            return scan.Measure(chosen);
        });
        Report(result);
        Write(parsed, ProcessColumns.All, [new Section<MemProcess>(null, processes)]);
        return ExitCode.Done;
    }
}
