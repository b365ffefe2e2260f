using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Native;

public class DescriptorTests
{
    [Fact]
    public void The_value_of_all_zeros_is_no_descriptor()
    {
        FileDescriptor none = default;

        Assert.False(none.IsOpen);
        Assert.Equal(Errno.EBADF, none.Error);
        Assert.True(new FileDescriptor(0).IsOpen);
        Assert.Equal(0, new FileDescriptor(0).Number);
        Assert.Equal(-Errno.ENOENT, new FileDescriptor(-Errno.ENOENT).Number);
        Assert.True(default(MachineFolder).IsOpen is false);
    }

    [Fact]
    public void Open_folders_count_as_open_files()
    {
        long before = LimitsFile.FreeDescriptors()!.Value;
        FileDescriptor[] folders = [.. Enumerable.Range(0, 40).Select(_ => FileDescriptor.WorkingDirectory.OpenPlace("/proc\0"u8))];
        long during = LimitsFile.FreeDescriptors()!.Value;
        Array.ForEach(folders, folder => folder.Dispose());

        // Others open and close a few meanwhile.
        Assert.InRange(before - during, 35, 45);
    }
}
