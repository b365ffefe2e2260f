using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Frames;

/// <summary>Counts the frames of one set alone.</summary>
internal static class FrameCount
{
    /// <summary>How many frames of RAM a set has; those that are none are taken out.</summary>
    public static long Of(FrameSet set, RamRanges ram)
    {
        long count = 0;
        foreach (ref FrameChunk chunk in set.Chunks)
        {
            if (!ram.CoversChunk(chunk.Key))
            {
                ram.RemoveOthers(ref chunk);
            }

            count += chunk.Population();
        }

        return count;
    }
}
