using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>
/// Processes with a known layout of memory, holding still. They end with this object, and also when the test
/// host ends in whatever way: their guard sees its input end.
/// </summary>
public sealed class Workload : IDisposable
{
    /// <summary>An environment variable that tests split by.</summary>
    public const string StageVariable = "LINUXMEM_STAGE";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>Errors by which a kernel says that it does not have a feature, or not now.</summary>
    private static readonly int[] Unavailable = [1, 2, 6, 12, 13, 19, 22, 28, 38, 95];

    /// <summary>Steps that need a feature which not every kernel has.</summary>
    private static readonly string[] Optional =
        ["advise", "secret", "memfd-huge", "device", "perf", "hugetlb", "hugetlb-shared", "hugetlb-giant", "hugetlb-giant-shared", "sysv-huge", "ipc-namespace", "mount-tmpfs", "mount-proc", "as-pid", "fork", "namespace", "cgroup", "mm-map", "segments"];

    private readonly Process guard;
    private readonly List<int> pids = [];
    private readonly List<Mapping> mappings = [];
    private readonly List<int> segments = [];
    private readonly Dictionary<int, int> threads = [];
    private string? failure;
    private bool disposed;

    private Workload(Process guard) => this.guard = guard;

    /// <summary>The processes, in the order they were started; the first leads their process group.</summary>
    public IReadOnlyList<int> Pids => pids;

    /// <summary>The process that watches over the others. It holds still, too, and has their environment.</summary>
    public int GuardPid => guard.Id;

    /// <summary>The first process.</summary>
    public int Pid => pids[0];

    /// <summary>The mappings made, in the order they were made.</summary>
    public IReadOnlyList<Mapping> Mappings => mappings;

    /// <summary>The ids of the System V segments made.</summary>
    public IReadOnlyList<int> Segments => segments;

    /// <summary>The thread that holds the memory of a process whose main thread has ended.</summary>
    public IReadOnlyDictionary<int, int> Threads => threads;

    /// <summary>Starts the program and waits until all steps are done; skips the test where the kernel lacks one of them.</summary>
    public static Workload Start(string program, string steps, string? stage)
    {
        var start = new ProcessStartInfo(program, steps.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove(StageVariable);
        if (stage is not null)
        {
            start.Environment[StageVariable] = stage;
        }

        var workload = new Workload(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
        try
        {
            workload.ReadFacts();
        }
        catch
        {
            workload.Dispose();
            throw;
        }

        if (workload.failure is not null)
        {
            workload.Dispose();
            string[] words = workload.failure.Split([' ', ':'], 4);
            bool lacking = Optional.Contains(words[2]) && Unavailable.Contains(int.Parse(words[1], CultureInfo.InvariantCulture));
            Assert.SkipWhen(lacking, $"Not tested: this kernel does not do '{words[2]}' here:{words[3]}.");
            throw new InvalidOperationException($"The workload '{steps}' said: {workload.failure}");
        }

        return workload;
    }

    /// <summary>Stops all processes, so that none of them runs while it is looked at.</summary>
    public void Stop()
    {
        Signals.Send(-Pid, Signals.SIGSTOP);
        WaitFor(() => pids.TrueForAll(pid => ProcessState.Of(pid) is 'T' or 'Z' or null), "stop");
    }

    /// <summary>Ends one of the processes; it stays as a zombie unless its parent is the guard.</summary>
    public void Kill(int pid)
    {
        Signals.Send(pid, Signals.SIGKILL);
        WaitFor(() => ProcessState.Of(pid) is 'Z' or 'X' or null, "end");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        guard.StandardInput.Close();
        if (!guard.WaitForExit(Timeout))
        {
            guard.Kill();
        }

        guard.Dispose();
        foreach (int pid in pids)
        {
            WaitFor(() => ProcessState.Of(pid) is 'Z' or 'X' or null, "end");
        }
    }

    private static void WaitFor(Func<bool> condition, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); !condition(); Thread.Sleep(1))
        {
            if (Stopwatch.GetElapsedTime(start) > Timeout)
            {
                throw new TimeoutException($"A staged process did not {what}.");
            }
        }
    }

    private void ReadFacts()
    {
        while (true)
        {
            using var limit = new CancellationTokenSource(Timeout);
            string? line = guard.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult();
            string[] words = line?.Split(' ') ?? [];
            switch (words)
            {
                case ["process", string pid]:
                    pids.Add(Number(pid));
                    break;
                case ["mapping", string pid, string index, string address, string bytes]:
                    mappings.Add(new Mapping(Number(pid), Number(index), Convert.ToUInt64(address, 16), long.Parse(bytes, CultureInfo.InvariantCulture)));
                    break;
                case ["segment", _, string id]:
                    segments.Add(Number(id));
                    break;
                case ["thread", string pid, string thread]:
                    threads[Number(pid)] = Number(thread);
                    break;
                case ["ready"]:
                    return;
                default:
                    failure = line ?? "failed 0 it: ended without a word";
                    return;
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>A mapping that a workload made.</summary>
/// <param name="Pid">The process that made it.</param>
/// <param name="Index">Its number in the process.</param>
/// <param name="Address">Where it begins.</param>
/// <param name="Bytes">How long it is.</param>
public readonly record struct Mapping(int Pid, int Index, ulong Address, long Bytes);
