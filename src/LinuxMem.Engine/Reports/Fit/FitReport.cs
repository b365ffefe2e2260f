using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Reports.Fit;

/// <summary>Says whether an instance of a database fits on a machine, beside all that runs. Changes nothing.</summary>
public static class FitReport
{
    /// <summary>Works it out.</summary>
    /// <exception cref="LinuxMemException">
    /// What is asked makes no sense, nothing tells what a connection takes, the control group is not there, or the path is not a /proc
    /// tree or snapshot.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FitResult Read(FitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Verify();
        string? cgroup = options.Cgroup is null ? null : PathOf(options);
        var warnings = new List<string>();
        (ConnectionMemory? measured, ScanResult? scan) = options is { Connections: > 0, ConnectionMemory: null } ? Measure(options, warnings) : default;
        using Machine machine = Machine.Open(options.ProcRoot, options.Cancellation, options.Deadlines);

        // A copy may lie where nobody answers.
        (FitSupply supply, Origin origin, long page) = AbandonableCall.Run(_ => (FitSupply.Read(machine, cgroup), machine.Origin, (long)machine.PageSize), options.Cancellation);
        return new FitResult(new MemFit(options, FitDemand.Of(options, measured, page, supply.HugeSize), supply) { Origin = origin })
        {
            Warnings = [.. scan?.Warnings ?? [], .. warnings, .. supply.Missing],
            Scan = scan,
        };
    }

    private static (ConnectionMemory?, ScanResult?) Measure(FitOptions options, List<string> warnings)
    {
        try
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = options.ProcRoot, Threads = options.Threads, Cancellation = options.Cancellation, Deadlines = options.Deadlines });
            return ConnectionMemory.Measure(scan, options.IsOracle, warnings);
        }
        catch (LinuxMemException e) when (e.Kind == LinuxMemError.PermissionDenied)
        {
            throw new LinuxMemException(e.Kind, "What a connection takes can only be measured as root: the kernel hides frame numbers from this user. Run this as root, or give the memory of a connection (-ConnectionMemory).", options.ProcRoot, e);
        }
    }

    /// <summary>The path of the control group that was named: by its path, or by what reports call it.</summary>
    private static string PathOf(FitOptions options)
    {
        string[] paths =
        [
            .. CgroupReport.Read(new CgroupOptions { ProcRoot = options.ProcRoot, Threads = options.Threads, Cancellation = options.Cancellation, SkipScan = true }).Groups
                .Where(group => group.Name == options.Cgroup).Select(group => group.Path),
        ];
        return paths is [string path] ? path : options.Cgroup is ['/', ..] given ? given
            : throw new LinuxMemException(LinuxMemError.CgroupNotFound, $"No control group with processes is called '{options.Cgroup}'. Give a name or path that Get-MemCgroup shows.", options.Cgroup);
    }
}
