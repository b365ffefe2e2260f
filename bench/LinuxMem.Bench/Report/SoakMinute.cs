using LinuxMem.Bench.Measuring;

namespace LinuxMem.Bench.Report;

/// <summary>A minute of scans under load.</summary>
internal sealed class SoakMinute
{
    /// <summary>The seconds each scan took.</summary>
    public List<double> Seconds { get; } = [];

    /// <summary>The fewest processes that a scan read.</summary>
    public int Fewest { get; set; } = int.MaxValue;

    /// <summary>Processes that ended while they were listed or read, in all scans.</summary>
    public int Vanished { get; set; }

    /// <summary>Processes that could not be read, in all scans.</summary>
    public int Unreadable { get; set; }

    /// <summary>The most segments that a scan listed.</summary>
    public int Segments { get; set; }

    /// <summary>Scans that failed.</summary>
    public int Failed { get; set; }

    /// <summary>What this process took at the end of it.</summary>
    public Footprint Footprint { get; set; }
}
