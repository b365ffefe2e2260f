using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>How large the memory of an instance's SGA is, as the mappings of its process monitor tell it: without a scan, for any user who may see them.</summary>
/// <param name="root">The machine.</param>
internal sealed class SegmentReading(Machine root)
{
    private readonly SegmentDevices devices = root.FindSegmentDevices();
    private MemoryDevices? memory;
    private bool isLookedFor;

    /// <summary>The size of the segments that are attached and of the files in /dev/shm that are mapped, and whether their pages are huge; null for what is not known, and for none.</summary>
    public (long? Size, string? HugePages) Of(PmonProcess pmon)
    {
        memory = isLookedFor ? memory : root.FindMemoryDevices(devices);
        isLookedFor = true;
        var space = new AddressSpace(devices, root.PageSize, memory, root.Cancellation);
        if (!ProcessInquiry.TryAsk(pmon.Process, Load, out ulong? attachedIn) || attachedIn is not ulong ipc)
        {
            return default;
        }

        long? size = null;
        HashSet<ulong> attachedIds = [.. space.Segments.Select(attached => attached.ShmId)];
        List<SysvShmFile>? known = attachedIds.Count == 0 ? [] : ipc == 0 ? SysvShmFile.Read(root) : root.ReadSegments(ipc, pmon.Process.Id, pmon.Process.AddressSpaceThread);
        foreach (SysvShmFile segment in (known ?? []).Where(segment => attachedIds.Contains(segment.ShmId)))
        {
            Add(segment.Size);
        }

        foreach (ObjectMapping file in space.Objects.Where(one => !one.Link.IsSegment && InstanceMemory.IsFile(one.Path)))
        {
            Add(file.Link.End - file.Link.Start);
        }

        bool isKnown = space.Segments.All(attached => attached.PageSize != 0);
        bool isHuge = space.Segments.Any(attached => attached.PageSize > root.PageSize);
        return (size, isHuge ? "True" : isKnown ? "False" : null);

        void Add(ulong bytes) => size = (size ?? 0) + (long)Math.Min(bytes, (ulong)(long.MaxValue - (size ?? 0)));

        ulong? Load()
        {
            byte[] name = new byte[32];
            using MachineFolder process = root.OpenPlace(Machine.ProcessPath(name, pmon.Process.Id, ""u8));
            return process.IsOpen && space.Load(process, false, new byte[16384]) == 0 && (space.Segments.Count > 0 || space.Objects.Any(one => InstanceMemory.IsFile(one.Path)))
                && IpcNamespace.TryRead(process, out ulong number) ? number : null;
        }
    }
}
