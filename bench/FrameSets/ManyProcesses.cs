using BenchmarkDotNet.Attributes;
using LinuxMem.Engine.Frames;

namespace LinuxMem.FrameSets;

/// <summary>Merging the sets of 16 processes, each 65,536 frames, into the set of their group.</summary>
[MemoryDiagnoser]
public class ManyProcesses
{
    private const int Processes = 16;
    private const int Frames = 65536;

    private readonly MemoryBudget budget = new(long.MaxValue);
    private FrameArena own = null!;
    private FrameSet[] sets = [];
    private ulong[][] bitmaps = [];
    private uint[][] arrays = [];
    private HashSet<uint>[] hashes = [];

    [Params(Layout.Dense, Layout.Clustered, Layout.Scattered)]
    public Layout Frame { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        FrameRun[][] processes = [.. Enumerable.Range(1, Processes).Select(seed => FrameInput.Process(Frame, Frames, seed))];
        own = new FrameArena(budget);
        sets = [.. processes.Select(ToFrameSet)];
        arrays = [.. processes.Select(runs => PlainSets.Sorted(runs, Frames))];
        hashes = [.. arrays.Select(array => new HashSet<uint>(array))];
        bitmaps = [.. processes.Select(runs =>
        {
            ulong[] bitmap = new ulong[FrameInput.MachineFrames / 64];
            Array.ForEach(runs, run => PlainSets.SetRun(bitmap, run));
            return bitmap;
        })];
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        Array.ForEach(sets, set => set.Dispose());
        own.Dispose();
    }

    [Benchmark(Baseline = true, Description = "FrameSet")]
    public int FrameSets()
    {
        using var arena = new FrameArena(budget);
        using var group = new FrameSet(budget);
        foreach (FrameSet set in sets)
        {
            group.AddAll(set, arena);
        }

        return group.Chunks.Length;
    }

    [Benchmark(Description = "bitmap of the machine")]
    public int Bitmap()
    {
        ulong[] group = new ulong[FrameInput.MachineFrames / 64];
        foreach (ulong[] bitmap in bitmaps)
        {
            PlainSets.Or(group, bitmap);
        }

        return group.Length;
    }

    [Benchmark(Description = "sorted uint[]")]
    public int SortedArray()
    {
        uint[] group = [];
        foreach (uint[] array in arrays)
        {
            group = PlainSets.Merge(group, array);
        }

        return group.Length;
    }

    [Benchmark(Description = "HashSet<uint>")]
    public int Hash()
    {
        var group = new HashSet<uint>();
        foreach (HashSet<uint> hash in hashes)
        {
            group.UnionWith(hash);
        }

        return group.Count;
    }

    private FrameSet ToFrameSet(FrameRun[] runs)
    {
        using var collector = new FrameCollector(budget);
        var set = new FrameSet(budget);
        foreach (FrameRun run in runs)
        {
            collector.Add(run.First, run.Length, isFile: false);
        }

        collector.AddTo(set, own);
        return set;
    }
}
