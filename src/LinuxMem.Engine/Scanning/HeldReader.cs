using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>Finds out what a process holds beside the pages that it maps. One thread uses it, for one process after another.</summary>
/// <param name="state">What the workers share.</param>
/// <param name="naming">The names of mappings, where a report is made by them; else null.</param>
internal sealed class HeldReader(ScanState state, MappingNaming? naming)
{
    private readonly StructSet<NumberKey> loose = new();
    private readonly StructList<HeldObject> attached = [];
    private readonly byte[] status = new byte[4096];

    /// <summary>Looks at a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="place">Its folder.</param>
    /// <param name="space">Its mappings. Those of objects that may not be looked at count as those of any file then.</param>
    /// <param name="each">Takes the object of each of <see cref="AddressSpace.Objects"/> that could be looked at.</param>
    /// <param name="held">What it holds.</param>
    /// <returns>0, or the error number; ESRCH when it has ended.</returns>
    public int Read(MemProcess process, in MachineFolder place, AddressSpace space, SharedObject?[] each, out HeldMemory held)
    {
        held = HeldMemory.None;
        long? pageTables = StatusFile.ReadPageTables(place.Open("status\0"u8), status);
        loose.Clear();
        attached.Clear();
        SharedObject[] objects = state.Objects.Sight(process, place, space, loose, attached, each);
        AttachedSegment[] segments = [], claims = [];
        if (space.Segments.Count > 0)
        {
            if (!IpcNamespace.TryRead(place, out ulong ipc))
            {
                return Errno.ESRCH;
            }

            StructList<SegmentRange> unseen = state.Objects.IsKnown ? Loose(space.Segments) : space.Segments;
            segments = AttachedSegment.Of(unseen, place, ipc);
            claims = AttachedSegment.Of(attached, ipc);
        }

        held = new HeldMemory(segments, claims, objects, state.IncludeOpenFiles ? state.OpenFiles.Sight(process, place) : [], pageTables)
        {
            Uses = space.Naming is null ? [] : naming!.Uses(space, each),
        };
        return 0;
    }

    private StructList<SegmentRange> Loose(StructList<SegmentRange> segments)
    {
        var unseen = new StructList<SegmentRange>();
        foreach (SegmentRange segment in segments)
        {
            if (loose.Contains(segment.ShmId))
            {
                unseen.Add(segment);
            }
        }

        return unseen;
    }
}
