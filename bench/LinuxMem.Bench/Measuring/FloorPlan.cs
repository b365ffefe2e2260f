using System.Globalization;

namespace LinuxMem.Bench.Measuring;

/// <summary>One way to make the reads of the floor. The floor is the quickest of several.</summary>
/// <param name="BufferBytes">Bytes of pagemap per read.</param>
/// <param name="SmallMapping">Mappings of at most this many pages are read without a scan for holes; 0 scans all.</param>
internal readonly record struct FloorPlan(int BufferBytes, ulong SmallMapping)
{
    /// <summary>The ways that are tried.</summary>
    public static IReadOnlyList<FloorPlan> Candidates { get; } =
    [
        new(32 << 10, 512), new(64 << 10, 512), new(128 << 10, 512), new(256 << 10, 512),
        new(64 << 10, 0), new(128 << 10, 0),
    ];

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"reads of {BufferBytes >> 10} KiB, scan above {SmallMapping} pages");
}
