using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem processes</c>: the facts and the memory of each process.</summary>
internal sealed class ProcessesCommand : ScanCommand, ITellsColumns
{
    /// <summary>The facts that the columns show.</summary>
    private const ProcessFacts Shown = ProcessFacts.Status | ProcessFacts.CommandLine | ProcessFacts.Exe | ProcessFacts.Cgroup | ProcessFacts.Instance;

    private readonly Option<bool> listOnly = new("--list-only", "-l")
    {
        Description = "Only what the processes are, without their memory: no page is read, and no right to see frames is needed.",
    };

    private readonly ProgramNames names = new();

    public ProcessesCommand(StandardStreams streams, CancellationToken cancellation)
        : base("processes", "The memory of each process by itself, largest first.", streams, cancellation)
    {
        names.AddTo(this, "Only processes of these names, in any case; * and ? stand for any characters. All are scanned, so that mem_uss is that of the whole machine.");
        Options.Add(listOnly);
        AddCommonOptions();
        SetAction(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => ProcessColumns.All;

    private int Run(ParseResult parsed)
    {
        NameFilter[] wanted = names.Given(parsed);
        if (parsed.GetValue(listOnly))
        {
            return WriteNamed(parsed, List(parsed, Shown), wanted, ProcessColumns.All.Listed);
        }

        (IReadOnlyList<MemProcess> processes, ScanResult result) = Scan(parsed, static (scan, chosen) =>
        {
            ProcessTable.LoadToKeep(chosen, Shown, Threads(scan.Options), scan.Options.Cancellation);
            return scan.Measure(chosen);
        });
        Report(result);
        return WriteNamed(parsed, processes, wanted, null);
    }

    /// <summary>Writes the processes that bear one of the names, and says which names none bears; all without names.</summary>
    private int WriteNamed(ParseResult parsed, IReadOnlyList<MemProcess> processes, NameFilter[] wanted, IReadOnlyList<Column<MemProcess>>? table)
    {
        MemProcess[] found = wanted.Length == 0 ? [.. processes] : [.. processes.Where(process => Array.Exists(wanted, name => name.Matches(process)))];
        MissingName[] missing = [.. wanted.Where(name => !name.HasWildcards && !processes.Any(name.Matches)).Select(name => new MissingName(name.Name, MissingName.OfProcess(name.Name, Listed.Any(name.Matches))))];
        return WriteFound(parsed, ProcessColumns.All, [new Section<MemProcess>(null, found)], missing, table);
    }
}
