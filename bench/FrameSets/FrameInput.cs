namespace LinuxMem.FrameSets;

/// <summary>How the frames of a process lie in the memory of a machine.</summary>
public enum Layout
{
    /// <summary>Long runs of neighbours, as in a database's memory on a machine that was just started.</summary>
    Dense,

    /// <summary>Runs of 1 to 32 neighbours, spread over the machine.</summary>
    Clustered,

    /// <summary>Every frame by itself, anywhere: a machine that has run for long.</summary>
    Scattered,
}

/// <summary>A run of consecutive frames.</summary>
/// <param name="First">The first.</param>
/// <param name="Length">How many.</param>
public readonly record struct FrameRun(uint First, int Length);

/// <summary>Makes the frames of made-up processes.</summary>
internal static class FrameInput
{
    /// <summary>The frames of a machine of 16 GiB.</summary>
    public const int MachineFrames = 1 << 22;

    /// <summary>The frames of a process, in the order of its addresses, a few of them twice.</summary>
    public static FrameRun[] Process(Layout layout, int frames, int seed)
    {
        var random = new Random(seed);
        var runs = new List<FrameRun>();
        for (int left = frames; left > 0;)
        {
            int length = Math.Min(left, layout switch
            {
                Layout.Dense => random.Next(256, 4096),
                Layout.Clustered => random.Next(1, 33),
                _ => 1,
            });
            runs.Add(new FrameRun((uint)random.Next(MachineFrames - length), length));
            left -= length;
        }

        return [.. runs];
    }
}
