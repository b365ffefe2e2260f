using LinuxMem.Engine.Native;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Paging;

/// <summary>Which lines of maps are of shared memory objects, by what the kernel's sources print.</summary>
[Beside(Company.Everybody)]
public class AddressSpaceObjectTests
{
    /// <summary>What a program has named with PR_SET_VMA_ANON_NAME is shown by that name, and stays the file that it is.</summary>
    [Theory]
    [InlineData("rw-s 00000000 00:01 7 /dev/zero (deleted)", true, "SharedAnonymous")]
    [InlineData("rw-s 00000000 00:01 7 [anon_shmem:buffers]", true, "SharedAnonymous")]
    [InlineData("rw-p 00000000 00:00 0 [anon:buffers]", false, "")]
    [InlineData("rw-s 00000000 00:01 7 /memfd:buffers (deleted)", true, "Memfd")]
    [InlineData("rw-s 00000000 00:0d 7 /[aio] (deleted)", false, "")]
    public void A_line_is_of_an_object_or_not(string line, bool isObject, string kind)
    {
        using var copy = new ProcCopy();
        copy.Add(10, maps: $"10000-20000 {line}\n");
        var space = new AddressSpace(new SegmentDevices(), 4096, new MemoryDevices([new("00:01", ObjectHome.Kernel)]));
        using FileDescriptor file = FileDescriptor.WorkingDirectory.Open(System.Text.Encoding.UTF8.GetBytes($"{copy.Root}/10/maps\0"));

        Assert.Equal(0, space.Load(file, fromSmaps: false, new byte[4096]));

        Assert.Equal(isObject ? 1 : 0, space.Objects.Count);
        Assert.All(space.Objects, one => Assert.Equal(kind, ObjectName.KindOf(one.Path, one.Home, isSegment: false).ToString()));
        Assert.Equal(isObject ? MappingKind.SharedObject : line.StartsWith("rw-s", StringComparison.Ordinal) ? MappingKind.Shared : MappingKind.Private, space.Mappings[0].Kind);
    }
}
