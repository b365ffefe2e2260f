using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// The devices of the kernel's own tmpfs and hugetlbfs, on which all SysV segments lie, so that a file that
/// only bears a segment's name is not taken for one.
/// </summary>
internal sealed class SegmentDevices
{
    private readonly List<byte[]> devices = [];

    /// <summary>True when a segment may lie on the device, given as <c>major:minor</c>; always where they could not be found out.</summary>
    public bool Contains(ReadOnlySpan<byte> device)
    {
        foreach (byte[] known in devices)
        {
            if (device.SequenceEqual(known))
            {
                return true;
            }
        }

        return devices.Count == 0;
    }

    /// <summary>Finds the devices of the running kernel: shared anonymous memory lies on the same.</summary>
    public static SegmentDevices OfThisKernel()
    {
        var found = new SegmentDevices();
        found.Probe((nuint)Environment.SystemPageSize, 0);
        foreach (ulong size in HugePageSizes.Supported())
        {
            // Mapped without a reservation: no huge page is taken.
            int log = System.Numerics.BitOperations.Log2(size);
            found.Probe((nuint)size, MemoryMap.MAP_HUGETLB | MemoryMap.MAP_NORESERVE | (log << MemoryMap.MAP_HUGE_SHIFT));
        }

        return found;
    }

    /// <summary>For a copy of a /proc tree: the devices of the machine it is from are not known.</summary>
    public static SegmentDevices Unknown() => new();

    private void Probe(nuint length, int flags)
    {
        nint address = MemoryMap.Map(length, MemoryMap.PROT_READ, MemoryMap.MAP_SHARED | flags);
        if (address == 0)
        {
            return;
        }

        try
        {
            using Descriptor maps = Descriptor.WorkingDirectory.Open("/proc/self/maps\0"u8);
            if (!maps.IsOpen)
            {
                return;
            }

            var lines = new LineStream(maps, new byte[16384]);
            while (lines.TryNext(out ReadOnlySpan<byte> line))
            {
                // Neighbouring shared mappings may stand in one line, so the address need not be its start.
                if (MapsLine.TryParse(line, out MapsLine mapping) && mapping.Start <= (ulong)address && (ulong)address < mapping.End)
                {
                    if (devices.Count == 0 || !Contains(mapping.Device))
                    {
                        devices.Add(mapping.Device.ToArray());
                    }

                    return;
                }
            }
        }
        finally
        {
            MemoryMap.Unmap(address, length);
        }
    }
}
