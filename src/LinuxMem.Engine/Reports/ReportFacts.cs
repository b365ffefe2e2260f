using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>What reports are built from beside the groups.</summary>
/// <param name="State">What the scan has found.</param>
/// <param name="Ram">Which frames are RAM.</param>
/// <param name="Segments">The sizes of SysV segments that are none of the objects.</param>
/// <param name="MemTotal"><c>MemTotal</c> in bytes; null when it is not known.</param>
/// <param name="Nodes">Which frames lie on which NUMA node.</param>
/// <param name="Threads">The most threads to use.</param>
internal sealed record ReportFacts(ScanState State, RamRanges Ram, SegmentSizes Segments, long? MemTotal, NodeFrames Nodes, int Threads);
