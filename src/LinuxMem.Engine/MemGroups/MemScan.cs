using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.MemGroups;

/// <summary>One look at a machine: the listing of its processes, then any number of reports from one reading of their pages.</summary>
public sealed class MemScan
{
    private MemScan(ScanOptions options, ProcessTable table)
    {
        Options = options;
        Table = table;
    }

    /// <summary>How the scan is carried out.</summary>
    public ScanOptions Options { get; }

    /// <summary>The processes listed.</summary>
    public ProcessTable Table { get; }

    /// <summary>Checks the options and the rights of this user, and lists the processes.</summary>
    /// <exception cref="LinuxMemException">An option is wrong, or frame numbers may not be seen.</exception>
    public static MemScan Begin(ScanOptions options) => throw new NotImplementedException();

    /// <summary>Reads every process once and accounts for it in every split.</summary>
    /// <param name="processes">The processes to read, of <see cref="Table"/>.</param>
    /// <param name="splits">The reports to make.</param>
    public ScanResult Run(IReadOnlyList<MemProcess> processes, IReadOnlyList<Split> splits) => throw new NotImplementedException();
}
