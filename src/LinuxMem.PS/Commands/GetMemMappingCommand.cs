using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Scanning;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells what groups of processes consist of: each file, heap, named memory and shared memory object that they map.</para>
/// <para type="description">All groups come from one scan. All processes are scanned, so that what others share is told; -Filter limits what is scanned.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemMapping", DefaultParameterSetName = ByName, HelpUri = OnlineHelp.Pages + "Get-MemMapping.md")]
[OutputType(typeof(MemMapping))]
public sealed class GetMemMappingCommand : ScanCommand
{
    private const string ByName = "Name";
    private const string ById = "Id";

    private readonly PipedTrees<PipedInput> all = new();
    private PipedInput piped = new();

    /// <summary>Names of programs (comm), in any case; * and ? stand for any characters. A group for each.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName, HelpMessage = "A group for each program of these names (comm), in any case; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Ids of processes: they are one group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById, HelpMessage = "Ids of processes, which are one group.")]
    [Alias("Pid")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>
    /// Groups, segments, objects, Oracle instances or filters: each is a group. Processes, or their ids: one group. Files: snapshots to
    /// read.
    /// </summary>
    [Parameter(ValueFromPipeline = true, HelpMessage = "Groups, segments or filters, each a group; or processes, one group; or snapshots.")]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public object?[]? InputObject { get; set; }

    /// <summary>What a line is: each thing mapped by itself, or all of one kind.</summary>
    [Parameter(HelpMessage = "Mapping: a line for each thing mapped. Kind: a line for each kind.")]
    public MappingLine By { get; set; }

    /// <summary>How many lines of each group there are, the largest; the rest is summed up as one.</summary>
    [Parameter(HelpMessage = "Only the largest lines of each group; the rest is one line.")]
    [ValidateNotNull]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int? Top { get; set; }

    /// <summary>Collects the pipeline input.</summary>
    protected override void ProcessRecord() => Collect(nameof(InputObject), InputObject, all, static (input, one) => input.Add(one));

    /// <summary>Scans once and emits the lines, group by group.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        Array.ForEach(Id ?? [], id => all.Add(id, isTreeGiven: true, static (input, one) => input.Add(one)));

        // Nothing, or what was refused, which was told, must not mean all processes.
        if (all.Trees.Count == 0 && Name is null && (IsRefused || (MyInvocation.ExpectingInput && all.Snapshots.Count == 0)))
        {
            return;
        }

        if (all.Trees.Count > 0 && Name is not null)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "Groups came through the pipeline, and -Name asks for others. Give one of them.", Name);
        }

        ReadEach(all, input =>
        {
            piped = input;
            Report();
        });
    });

    private void Report()
    {
        MappingResult mapped = Scan((scan, processes) =>
        {
            MappingResult result = scan.Map(processes, Split(scan), new MappingOptions { By = By, Top = Top });
            return (result, result.Scan);
        });
        foreach ((_, IReadOnlyList<MemMapping> lines) in mapped.Groups)
        {
            foreach (MemMapping line in lines)
            {
                var output = PSObject.AsPSObject(line);
                if (By == MappingLine.Kind)
                {
                    output.TypeNames.Insert(0, MappingColumns.ByKindType);
                }

                WriteObject(output);
            }
        }
    }

    private Split Split(MemScan scan)
    {
        if (piped.IsEmpty)
        {
            return Name is null ? new WholeSplit() : new NameSplit(Name.Select(name => new NameFilter(name, new WildcardName(name, ignoresCase: true).IsMatch)));
        }

        Split split = piped.Split(scan.Table, out int missing);
        if (missing > 0)
        {
            WriteNotice($"{missing} of the processes given have ended or have no memory of their own (kernel threads, zombies).");
        }

        return split;
    }
}
