using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Reports;

/// <summary>Lists the control groups that have processes: our count beside the kernel's charge. Changes nothing.</summary>
public static class CgroupReport
{
    /// <summary>Lists them, largest charge first.</summary>
    /// <exception cref="LinuxMemException">The path is not a /proc tree or snapshot.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CgroupResult Read(CgroupOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var warnings = new List<string>();
        if (!options.SkipScan)
        {
            try
            {
                return Scan(options);
            }
            catch (LinuxMemException e) when (e.Kind == LinuxMemError.PermissionDenied)
            {
                warnings.Add("What the processes of each control group hold is not known: the kernel hides frame numbers from this user. Run this as root.");
            }
        }

        return List(options, warnings);
    }

    private static CgroupResult Scan(CgroupOptions options)
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = options.ProcRoot, Threads = options.Threads, Cancellation = options.Cancellation });
        Machine machine = scan.Table.Root;
        using CgroupTree tree = machine.OpenCgroups();
        Dictionary<MemProcess, string> paths = CgroupTable.Paths(machine, scan.Table.Processes, tree.Version, options.Cancellation);
        ScanResult result = scan.Run(scan.Table.Processes, [new CgroupSplit(paths)]);
        MemGroup[] groups = [.. result.Reports[0].Groups];
        return new CgroupResult(
            Describe(tree, [.. groups.Select(group => ((string)group.Key!, group.GroupName, group.ProcessIds, (MemGroup?)group))], scan.Table.Origin, options.Cancellation),
            result.Warnings,
            [],
            result);
    }

    private static CgroupResult List(CgroupOptions options, List<string> warnings)
    {
        using Machine machine = Machine.Open(options.ProcRoot, options.Cancellation);
        ProcessTable table = ProcessTable.List(machine, options.Threads ?? Environment.ProcessorCount, options.Cancellation);
        using CgroupTree tree = machine.OpenCgroups();
        Dictionary<MemProcess, string> paths = CgroupTable.Paths(machine, table.Processes, tree.Version, options.Cancellation);
        var split = new CgroupSplit(paths);
        (GroupKey Key, int[] Pids)[] groups =
        [
            .. paths.Keys.Where(process => process.Unread is null).GroupBy(process => split.KeyOf(process, table.Tree)!.Value)
                .Select(same => (same.Key, same.Select(process => process.Id).Order().ToArray())),
        ];
        var names = new GroupNames([.. groups.Select(group => group.Key)]);
        if (machine.NotRead is string notRead)
        {
            warnings.Add(notRead);
        }

        return new CgroupResult(
            Describe(tree, [.. groups.Select((group, i) => ((string)group.Key.Value!, names[i], new ValueList<int>(group.Pids), (MemGroup?)null))], table.Origin, options.Cancellation),
            warnings,
            table.Unread,
            null);
    }

    /// <summary>The control groups, with what is charged to each; largest charge first.</summary>
    internal static IReadOnlyList<MemCgroup> Describe(CgroupTree tree, (string Path, string Name, ValueList<int> Pids, MemGroup? Counted)[] groups, Origin origin, CancellationToken cancellation) =>
        AbandonableCall.Run(
            stop =>
            {
                var charges = new CgroupCharges(tree);
                return groups
                    .Select(group =>
                    {
                        stop.ThrowIfCancellationRequested();
                        return new MemCgroup { Name = group.Name, Path = group.Path, ProcessIds = group.Pids, Counted = group.Counted, Charge = charges.Of(group.Path), Version = tree.Version, Origin = origin };
                    })
                    .OrderByDescending(group => group.Current ?? group.MemHeld ?? 0).ThenBy(group => group.Path, StringComparer.Ordinal)
                    .ToArray();
            },
            cancellation);
}
