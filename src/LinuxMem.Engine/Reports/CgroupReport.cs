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
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = options.ProcRoot, Threads = options.Threads, Cancellation = options.Cancellation, Deadlines = options.Deadlines });
        Machine machine = scan.Table.Root;
        using CgroupTree tree = machine.OpenCgroups();
        Dictionary<MemProcess, string> paths = CgroupTable.Paths(machine, scan.Table.Processes, tree.Version, options.Cancellation);
        var split = new CgroupSplit(paths);
        ScanResult result = scan.Run(scan.Table.Processes, [split]);
        var groups = result.Reports[0].Groups.Select(group => ((string)group.Key!, group.GroupName, group.ProcessIds, (MemGroup?)group)).ToList();
        AddUnread(groups, result, split, paths, scan.Table);
        return new CgroupResult(Describe(tree, [.. groups], scan.Table.Origin, options.Cancellation))
        {
            Warnings = result.Warnings,
            Scan = result,
        };
    }

    /// <summary>Adds the control groups of which no process could be read: the kernel's charge is known, our count is not.</summary>
    private static void AddUnread(List<(string Path, string Name, ValueList<int> Pids, MemGroup? Counted)> groups, ScanResult result, CgroupSplit split, Dictionary<MemProcess, string> paths, ProcessTable table)
    {
        HashSet<string> there = [.. groups.Select(group => group.Path)];
        (GroupKey Key, int[] Pids)[] unread =
        [
            .. result.Unreadable.Select(one => one.Process).Where(paths.ContainsKey).GroupBy(process => split.KeyOf(process, table.Tree)!)
                .Where(same => !there.Contains((string)same.Key.Value!)).Select(same => (same.Key, same.Select(process => process.Id).Order().ToArray())),
        ];
        if (unread.Length == 0)
        {
            return;
        }

        // Together with the others, so that no two names are the same.
        GroupKey[] keys = [.. paths.Keys.Select(process => split.KeyOf(process, table.Tree)!).Distinct().Where(key => there.Contains((string)key.Value!)), .. unread.Select(one => one.Key)];
        var names = new GroupNames(keys);
        Dictionary<string, string> told = keys.Select((key, i) => (Path: (string)key.Value!, Name: names[i])).ToDictionary(one => one.Path, one => one.Name, StringComparer.Ordinal);
        for (int i = 0; i < groups.Count; i++)
        {
            groups[i] = groups[i] with { Name = told.GetValueOrDefault(groups[i].Path, groups[i].Name) };
        }

        groups.AddRange(unread.Select(one => ((string)one.Key.Value!, told[(string)one.Key.Value!], new ValueList<int>(one.Pids), (MemGroup?)null)));
    }

    private static CgroupResult List(CgroupOptions options, List<string> warnings)
    {
        using Machine machine = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);
        ProcessTable table = ProcessTable.List(machine, options.Threads ?? Environment.ProcessorCount, options.Cancellation);
        using CgroupTree tree = machine.OpenCgroups();
        Dictionary<MemProcess, string> paths = CgroupTable.Paths(machine, table.Processes, tree.Version, options.Cancellation);
        var split = new CgroupSplit(paths);
        (GroupKey Key, int[] Pids)[] groups =
        [
            .. paths.Keys.Where(process => process.Unread is null).GroupBy(process => split.KeyOf(process, table.Tree)!)
                .Select(same => (same.Key, same.Select(process => process.Id).Order().ToArray())),
        ];
        var names = new GroupNames([.. groups.Select(group => group.Key)]);
        if (machine.NotRead is string notRead)
        {
            warnings.Add(notRead);
        }

        return new CgroupResult(Describe(tree, [.. groups.Select((group, i) => ((string)group.Key.Value!, names[i], new ValueList<int>(group.Pids), (MemGroup?)null))], table.Origin, options.Cancellation))
        {
            Warnings = warnings,
            Unread = table.Unread,
        };
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
