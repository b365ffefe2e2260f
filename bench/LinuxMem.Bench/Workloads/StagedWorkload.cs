using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Bench.Workloads;

/// <summary>
/// The processes of a workload, holding still. They end with this object, and also with this program in
/// whatever way it ends: their guard sees its input end.
/// </summary>
internal sealed class StagedWorkload : IDisposable
{
    /// <summary>What is left free beside a workload.</summary>
    private const long Reserve = 1L << 30;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private readonly Process guard;
    private readonly List<int> ids = [];

    private StagedWorkload(WorkloadPlan plan, Process guard)
    {
        Plan = plan;
        this.guard = guard;
    }

    /// <summary>What it was made from.</summary>
    public WorkloadPlan Plan { get; }

    /// <summary>The ids of its processes.</summary>
    public IReadOnlyList<int> Ids => ids;

    /// <summary>True when there is memory enough for workloads of this size.</summary>
    public static bool Fits(long resident) => MeminfoFile.Read(Machine.Open(), "MemAvailable"u8) is not long available || available > resident + Reserve;

    /// <summary>Starts a workload and waits until all its memory is there.</summary>
    /// <exception cref="BenchException">It could not be made.</exception>
    public static StagedWorkload Start(string program, WorkloadPlan plan, CancellationToken cancellation)
    {
        if (!Fits(plan.Resident))
        {
            throw new BenchException(string.Create(CultureInfo.InvariantCulture, $"The workload {plan.Name} takes {plan.Resident >> 20} MiB and 1 GiB is left free beside it; there is less memory available on this machine."));
        }

        Process guard = Process.Start(new ProcessStartInfo(program, plan.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var staged = new StagedWorkload(plan, guard);
        try
        {
            staged.WaitUntilReady(cancellation);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        guard.StandardInput.Close();
        if (!guard.WaitForExit(Timeout))
        {
            guard.Kill();
        }

        guard.Dispose();
    }

    private void WaitUntilReady(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        while (true)
        {
            string? line = guard.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult();
            switch (line?.Split(' '))
            {
                case ["process", string id]:
                    ids.Add(int.Parse(id, CultureInfo.InvariantCulture));
                    break;
                case ["mapping" or "segment", ..]:
                    break;
                case ["ready"]:
                    return;
                default:
                    throw new BenchException($"The workload {Plan.Name} could not be made: {line ?? "its program ended without a word"}");
            }
        }
    }
}
