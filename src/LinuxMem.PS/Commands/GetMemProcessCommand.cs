using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Scanning;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;
using ProcTree = LinuxMem.Engine.Sources.Machine;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells what the processes are, and how much memory each of them uses.</para>
/// <para type="description">-Id and -Name choose what is shown; all processes are scanned, so that USS and PSS are those of the whole machine. -Filter limits what is scanned.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemProcess", DefaultParameterSetName = ByName, HelpUri = OnlineHelp.Pages + "Get-MemProcess.md")]
[OutputType(typeof(MemProcess))]
public sealed class GetMemProcessCommand : ScanCommand
{
    private const string ByName = "Name";
    private const string ById = "Id";

    private readonly HashSet<int> ids = [];
    private readonly PipedTrees<PipedSelection> all = new();
    private PipedSelection piped = new();

    /// <summary>Names of processes (comm) to show, in any case; * and ? stand for any characters.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName, HelpMessage = "Names of processes (comm), in any case; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Ids of processes to show.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById, HelpMessage = "Ids of processes to show.")]
    [Alias("Pid")]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>
    /// Processes, or their ids or names; groups, segments (who has them attached) or Oracle instances, for their processes; anything
    /// with a property Id or Pid, or else Name. Files are snapshots to read.
    /// </summary>
    [Parameter(ValueFromPipeline = true, HelpMessage = "Processes, their ids or names; groups, segments, instances, for their processes; snapshots.")]
    public object?[]? InputObject { get; set; }

    /// <summary>List the processes without a page scan, which is quick and needs no privileges.</summary>
    [Parameter(HelpMessage = "Lists the processes without their memory: quick, and needs no rights.")]
    [Alias("l")]
    public SwitchParameter ListOnly { get; set; }

    /// <summary>Collects what comes through the pipeline.</summary>
    protected override void ProcessRecord()
    {
        ids.UnionWith(Id ?? []);
        Collect(nameof(InputObject), InputObject, all, static (input, one) => input.Add(one));
    }

    /// <summary>Scans once and emits the processes, largest first; with -ListOnly, by id.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        // Nothing, or what was refused, which was told, must not mean all processes.
        if (all.Trees.Count == 0 && (MyInvocation.ExpectingInput ? all.Snapshots.Count == 0 || IsRefused : IsRefused))
        {
            return;
        }

        ReadEach(all, input =>
        {
            piped = input;
            Show();
        });
    });

    private void Show()
    {
        const ProcessFacts Shown = (ProcessFacts.All & ~ProcessFacts.Environment) | ProcessFacts.Instance;
        int threads = ThrottleLimit ?? Environment.ProcessorCount;
        using LowPriority? givesWay = GiveWay();
        IReadOnlyList<MemProcess> chosen;
        if (ListOnly)
        {
            ProcessFilter? filter = Filter is null ? null : FilterInput.Single(Filter);
            ProcessTable table = List(threads);
            using ProcTree tree = table.Root;
            piped.Resolve(table);
            using var progress = new ScanProgressRecord(this);
            chosen = ProcessTable.LoadRunning(Choose(Wanted(table, filter, progress), table), Shown, threads, Stopped);
            if (tree.NotRead is string notRead)
            {
                WriteWarning(notRead);
            }
            WarnOfUnread(table.Unread, ScanNotices.FromList);
        }
        else
        {
            chosen = Scan((scan, wanted) =>
            {
                piped.Resolve(scan.Table);

                // Processes that have ended since stay: they were measured.
                (IReadOnlyList<MemProcess> measured, ScanResult result) = scan.Measure(wanted);
                measured = Choose(measured, scan.Table);
                ProcessTable.LoadToKeep(measured, Shown, threads, Stopped);
                return (measured, result);
            });
        }

        foreach (MemProcess process in chosen)
        {
            var output = PSObject.AsPSObject(process);
            if (ListOnly)
            {
                output.TypeNames.Insert(0, ProcessColumns.ListedType);
            }

            WriteObject(output);
        }
    }

    /// <summary>Lists the processes of a machine, which the caller disposes.</summary>
    private ProcessTable List(int threads)
    {
        string? root = ResolvedProcRoot();
        return Call(
            "Listing processes",
            () => Open(root, threads),
            table => string.Create(CultureInfo.InvariantCulture, $"Listed {table.Processes.Count} processes ({table.Vanished} ended meanwhile)"),
            table => table.Root.Dispose());
    }

    private ProcessTable Open(string? root, int threads)
    {
        var tree = ProcTree.Open(root, Stopped);
        try
        {
            return ProcessListing.List(tree, threads, Stopped, MemoryLimit is long mebibytes ? Mebibytes.ToBytes(mebibytes) : null);
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    private IReadOnlyList<MemProcess> Choose(IReadOnlyList<MemProcess> processes, ProcessTable table)
    {
        int[] wanted = [.. ids.Union(piped.Ids)];
        int[] absent = [.. wanted.Except(processes.Select(process => process.Id)).Order()];

        // As in Get-MemGroup: Get-Process and pgrep list kernel threads too, and what ends meanwhile.
        // Where none of them is there, it is told of each.
        int[] passedOver = absent.Length < wanted.Length ? [.. absent.Where(id => !ids.Contains(id) && !piped.AsNumbers.Contains(id))] : [];
        if (passedOver.Length > 0)
        {
            WriteNotice(string.Create(CultureInfo.InvariantCulture, $"{passedOver.Length} of the processes given have ended, have no memory of their own (kernel threads, zombies), could not be read, or are filtered out."));
        }

        foreach (int missing in absent.Except(passedOver))
        {
            Missing(LinuxMemError.ProcessNotFound, string.Create(CultureInfo.InvariantCulture, $"There is no process {missing} to show: it has ended, is a kernel thread or a zombie, could not be read, or is filtered out."), missing);
        }

        WildcardName[] patterns = [.. (Name ?? []).Concat(piped.Names).Select(name => new WildcardName(name, ignoresCase: true))];
        NameFilter[] names = Array.ConvertAll(patterns, pattern => new NameFilter(pattern.Text, pattern.IsMatch));
        foreach ((WildcardName pattern, NameFilter name) in patterns.Zip(names))
        {
            // As Get-Process: a name that nobody has is an error, a pattern that matches none is not.
            if (!pattern.HasWildcards && !processes.Any(name.Matches))
            {
                Missing(LinuxMemError.ProcessNotFound, MissingName.OfProcess(name.Name, isFilteredOut: Filter is not null && table.Processes.Any(name.Matches)), name.Name);
            }
        }

        if (Name is null && Id is null && piped.IsEmpty)
        {
            return processes;
        }

        HashSet<int> chosen = [.. wanted, .. piped.Members];
        return processes.Where(process => chosen.Contains(process.Id) || Array.Exists(names, name => name.Matches(process))).ToArray();
    }
}
