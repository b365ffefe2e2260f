using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Bench.Measuring;

/// <summary>A scan by the engine, from the listing of the processes to the figures.</summary>
/// <param name="Threads">Threads that read.</param>
/// <param name="Only">The processes to read; null for all of the machine.</param>
/// <param name="Splits">The reports to make.</param>
internal sealed record EngineRun(int Threads, HashSet<int>? Only, params Split[] Splits)
{
    /// <summary>Whether shared memory objects are looked at.</summary>
    public bool LooksAtObjects { get; init; } = true;

    /// <summary>Whether what processes only have open is looked at, too.</summary>
    public bool IncludeOpenFiles { get; init; }

    /// <summary>Whether each thread gathers processes before it adds them to the groups; null for what fits the threads.</summary>
    public bool? Gathers { get; init; }

    /// <summary>The scan as one of several things that are measured.</summary>
    public Contender Contender(string name) => Measuring.Contender.InThisProcess(name, Run);

    private RunFacts Run()
    {
        ScanResult result = Scan();
        return new RunFacts(result.PeakMemory, result.PageReferences);
    }

    /// <summary>Scans once.</summary>
    /// <exception cref="BenchException">A process of the workload is missing in the result.</exception>
    public ScanResult Scan()
    {
        using MemScan scan = MemScan.Begin(new ScanOptions { Threads = Threads, LooksAtObjects = LooksAtObjects, IncludeOpenFiles = IncludeOpenFiles, Gathers = Gathers });
        IReadOnlyList<MemProcess> processes = scan.Table.Processes;
        if (Only is not null)
        {
            var wanted = new List<MemProcess>(Only.Count);
            foreach (MemProcess process in processes)
            {
                if (Only.Contains(process.Id))
                {
                    wanted.Add(process);
                }
            }

            processes = wanted;
        }

        ScanResult result = scan.Run(processes, Splits);
        if (Only is not null && result.Scanned != Only.Count)
        {
            throw new BenchException($"Only {result.Scanned} of the workload's {Only.Count} processes were read: the others have ended.");
        }

        return result;
    }
}
