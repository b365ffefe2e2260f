using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Unit.Native;

public class DescriptorTests
{
    [Fact]
    public void The_value_of_all_zeros_is_no_descriptor()
    {
        Descriptor none = default;

        Assert.False(none.IsOpen);
        Assert.Equal(Errno.EBADF, none.Error);
        Assert.True(new Descriptor(0).IsOpen);
        Assert.Equal(0, new Descriptor(0).Number);
        Assert.Equal(-Errno.ENOENT, new Descriptor(-Errno.ENOENT).Number);
        Assert.True(default(ProcFolder).IsOpen is false);
    }

    [Fact]
    public void Open_folders_count_as_open_files()
    {
        long before = LimitsFile.FreeDescriptors()!.Value;
        Descriptor[] folders = [.. Enumerable.Range(0, 40).Select(_ => Descriptor.WorkingDirectory.OpenPlace("/proc\0"u8))];
        long during = LimitsFile.FreeDescriptors()!.Value;
        Array.ForEach(folders, folder => folder.Dispose());

        // Others open and close a few meanwhile.
        Assert.InRange(before - during, 35, 45);
    }
}
