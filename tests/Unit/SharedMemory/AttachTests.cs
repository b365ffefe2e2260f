using System.Runtime.InteropServices;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Unit.Hostile;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.SharedMemory;

/// <summary>Attaching a segment takes the place of nothing, however long it turns out to be.</summary>
[Collection(StagedCollection.Name)]
public sealed partial class AttachTests
{
    private const nuint Neighbour = 16 << 20;
    private const nuint Segment = 12 << 20;
    private const ulong Alignment = 2 << 20;

    [Fact]
    public void A_segment_that_is_longer_than_it_was_said_to_be_replaces_nothing()
    {
        int id = HugeSegment.Create(Segment);
        Assert.SkipWhen(id < 0, "Not tested: no segment can be made.");
        try
        {
            // What is mapped last lies lowest: room for a segment is found right below it.
            nint neighbour = mmap(0, Neighbour, 3, 0x22, -1, 0);
            try
            {
                for (nuint at = 0; at < Neighbour; at += 4096)
                {
                    Marshal.WriteByte(neighbour + (nint)at, 0x5a);
                }

                using AttachedMapping? mapping = AttachedMapping.Attach((ulong)id, (ulong)Environment.SystemPageSize, Alignment);

                Assert.True(IsWhole(neighbour), "the segment lies where something else was");
            }
            finally
            {
                munmap(neighbour, Neighbour);
            }
        }
        finally
        {
            HugeSegment.Remove(id);
        }
    }

    [Fact]
    public void One_of_its_length_is_attached_where_huge_pages_begin()
    {
        int id = HugeSegment.Create(Segment);
        Assert.SkipWhen(id < 0, "Not tested: no segment can be made.");
        try
        {
            using AttachedMapping? mapping = AttachedMapping.Attach((ulong)id, Segment, Alignment);

            Assert.NotNull(mapping);
            Assert.Equal((ulong)Environment.SystemPageSize, mapping.PageSize);
            string line = Assert.Single(File.ReadAllLines("/proc/self/maps"), line => line.Contains("/SYSV", StringComparison.Ordinal) && line.Contains($" {id} ", StringComparison.Ordinal));
            Assert.Equal(0UL, Convert.ToUInt64(line.Split('-')[0], 16) % Alignment);
        }
        finally
        {
            HugeSegment.Remove(id);
        }
    }

    private static bool IsWhole(nint neighbour)
    {
        for (nuint at = 0; at < Neighbour; at += 4096)
        {
            if (Marshal.ReadByte(neighbour + (nint)at) != 0x5a)
            {
                return false;
            }
        }

        return true;
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);
}
