using BenchmarkDotNet.Attributes;
using LinuxMem.Engine.Frames;

namespace LinuxMem.FrameSets;

/// <summary>Taking in the frames of one process, as the page map gives them, and making a set of them.</summary>
[MemoryDiagnoser]
public class OneProcess
{
    private const int Frames = 65536;

    private readonly MemoryBudget budget = new(long.MaxValue);
    private FrameCollector collector = null!;
    private ulong[] bitmap = [];
    private FrameRun[] runs = [];

    [Params(Layout.Dense, Layout.Clustered, Layout.Scattered)]
    public Layout Frame { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        runs = FrameInput.Process(Frame, Frames, seed: 1);
        bitmap = new ulong[FrameInput.MachineFrames / 64];
        collector = new FrameCollector(budget);
    }

    [GlobalCleanup]
    public void CleanUp() => collector.Dispose();

    [Benchmark(Baseline = true, Description = "FrameCollector to FrameSet")]
    public int Collector()
    {
        using var arena = new FrameArena(budget);
        using var set = new FrameSet(budget);
        foreach (FrameRun run in runs)
        {
            collector.Add(run.First, run.Length, isFile: false);
        }

        collector.AddTo(set, arena);
        collector.Clear();
        return set.Chunks.Length;
    }

    [Benchmark(Description = "bitmap of the machine")]
    public int Bitmap()
    {
        Array.Clear(bitmap);
        foreach (FrameRun run in runs)
        {
            PlainSets.SetRun(bitmap, run);
        }

        return bitmap.Length;
    }

    [Benchmark(Description = "sorted uint[]")]
    public int SortedArray() => PlainSets.Sorted(runs, Frames).Length;

    [Benchmark(Description = "HashSet<uint>")]
    public int Hash()
    {
        var set = new HashSet<uint>();
        PlainSets.AddTo(set, runs);
        return set.Count;
    }
}
