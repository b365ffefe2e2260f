using System.Buffers.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The devices of the kernel's internal tmpfs and hugetlbfs mounts, on which all SysV segments lie. They tell a segment
/// from a file with a segment's name.
/// </summary>
internal sealed class SegmentDevices
{
    private readonly List<Entry> devices = [];

    /// <summary>Takes the known devices; none when they are not known.</summary>
    public SegmentDevices(params IEnumerable<SegmentDevice> known)
    {
        foreach ((string device, ulong pageSize) in known)
        {
            devices.Add(new Entry(SurrogateEscape.Encode(device), pageSize));
        }
    }

    /// <summary>True when a segment may lie on the device; always where the devices could not be found out.</summary>
    /// <param name="device">The device, as <c>major:minor</c>.</param>
    /// <param name="pageSize">The size of the pages of segments there; 0 when it is not known.</param>
    public bool Contains(ReadOnlySpan<byte> device, out ulong pageSize)
    {
        foreach (Entry known in devices)
        {
            if (device.SequenceEqual(known.Device))
            {
                pageSize = known.PageSize;
                return true;
            }
        }

        pageSize = 0;
        return devices.Count == 0;
    }

    /// <summary>
    /// True for a SysV segment: <c>/SYSVkkkkkkkk (deleted)</c> with the key in hex, on the kernel's own file
    /// system. (Anybody can make a file of that name, but not there.)
    /// </summary>
    public bool IsSegment(in MapsLine line, out ulong segmentPage) => IsOfSegment(line, out segmentPage) && line.IsShared;

    /// <summary>The same, also where a segment is mapped privately, as it can be through <c>map_files</c> only.</summary>
    public bool IsOfSegment(in MapsLine line, out ulong segmentPage)
    {
        segmentPage = 0;
        ReadOnlySpan<byte> path = line.Path;
        return path.Length >= 13 && path.StartsWith("/SYSV"u8)
            && Utf8Parser.TryParse(path.Slice(5, 8), out uint _, out int used, 'x') && used == 8
            && path[13..].SequenceEqual(" (deleted)"u8)
            && Contains(line.Device, out segmentPage);
    }

    /// <summary>The devices.</summary>
    public IEnumerable<SegmentDevice> Known => devices.Select(device => new SegmentDevice(SurrogateEscape.Decode(device.Device), device.PageSize));

    /// <summary>Finds the devices of the running kernel, by mapping shared anonymous memory, which lies on the same.</summary>
    /// <param name="pageSize">The size of a base page, in bytes.</param>
    /// <param name="hugetlbSizes">The sizes of huge pages, in bytes.</param>
    public static SegmentDevices OfThisKernel(ulong pageSize, IReadOnlyList<ulong> hugetlbSizes)
    {
        var found = new SegmentDevices();
        found.Probe((nuint)pageSize, 0);
        foreach (ulong size in hugetlbSizes)
        {
            // Mapped without a reservation: no huge page is taken.
            int log = System.Numerics.BitOperations.TrailingZeroCount(size);
            found.Probe((nuint)size, Mmap.MAP_HUGETLB | Mmap.MAP_NORESERVE | (log << Mmap.MAP_HUGE_SHIFT));
        }

        return found;
    }

    private void Probe(nuint length, int flags)
    {
        nint address = Mmap.Map(length, Mmap.PROT_READ, Mmap.MAP_SHARED | flags);
        if (address == 0)
        {
            return;
        }

        try
        {
            using FileDescriptor maps = FileDescriptor.WorkingDirectory.Open("/proc/self/maps\0"u8);
            if (!maps.IsOpen)
            {
                return;
            }

            var lines = new LineStream(maps, new byte[16384], FileBounds.Maps, CancellationToken.None);
            while (lines.TryNext(out ReadOnlySpan<byte> line))
            {
                // Adjacent shared mappings may be merged into one line, so the address need not be its start.
                if (MapsLine.TryParse(line, out MapsLine mapping) && mapping.Start <= (ulong)address && (ulong)address < mapping.End)
                {
                    devices.Add(new Entry(mapping.Device.ToArray(), length));
                    return;
                }
            }
        }
        finally
        {
            Mmap.Unmap(address, length);
        }
    }

    private sealed record Entry(byte[] Device, ulong PageSize);
}
