using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Procfs;

[Beside(Company.Sessions)]
public class MountInfoTests
{
    [Theory]
    [InlineData("25 24 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw,size=24684092k", 25, 24, 0, 23, "/", "/dev/shm", "rw,relatime", "tmpfs", "tmpfs", "rw,size=24684092k")]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue", 36, 35, 98, 0, "/mnt1", "/mnt2", "rw,noatime", "ext3", "/dev/root", "rw,errors=continue")]
    [InlineData("40 27 0:9 / /a rw shared:7 master:3 propagate_from:2 unbindable - tmpfs none rw", 40, 27, 0, 9, "/", "/a", "rw", "tmpfs", "none", "rw")]
    [InlineData("40 27 0:9 / /a\\040b\\011c\\012d\\134e\\043 rw - tmpfs x\\040y rw", 40, 27, 0, 9, "/", "/a b\tc\nd\\e#", "rw", "tmpfs", "x y", "rw")]
    [InlineData("40 27 0:9 / /\u00fc\u65e5 rw - tmpfs t rw", 40, 27, 0, 9, "/", "/\u00fc\u65e5", "rw", "tmpfs", "t", "rw")]
    [InlineData("40 27 0:9 / /- rw - tmpfs  rw,size=4k", 40, 27, 0, 9, "/", "/-", "rw", "tmpfs", "", "rw,size=4k")]
    [InlineData("40 27 0:9 / /a rw - tmpfs t", 40, 27, 0, 9, "/", "/a", "rw", "tmpfs", "t", "")]
    [InlineData("40 27 0:9 / /a rw - tmpfs", 40, 27, 0, 9, "/", "/a", "rw", "tmpfs", "", "")]
    [InlineData("1 1 0:2 / / rw - rootfs rootfs rw", 1, 1, 0, 2, "/", "/", "rw", "rootfs", "rootfs", "rw")]
    [InlineData("40 27 4095:1048575 / /a\\04 rw - fuse.sshfs u@h:/x\\8 rw", 40, 27, 4095, 1048575, "/", "/a\\04", "rw", "fuse.sshfs", "u@h:/x\\8", "rw")]
    [InlineData("40 27 0:9 / /gone//deleted rw - tmpfs t rw,context=\"a:b:c,d\"", 40, 27, 0, 9, "/", "/gone//deleted", "rw", "tmpfs", "t", "rw,context=\"a:b:c,d\"")]
    public void Line(string line, int id, int parent, uint major, uint minor, string root, string mountPoint, string options, string fileSystem, string source, string superOptions)
    {
        MountInfoFile? mount = MountInfoFile.ParseLine(Encoding.UTF8.GetBytes(line));
        Assert.NotNull(mount);
        Assert.Equal((id, parent, major, minor), (mount.Id, mount.ParentId, mount.Major, mount.Minor));
        Assert.Equal((root, mountPoint, options), (mount.Root, mount.MountPoint, mount.MountOptions));
        Assert.Equal((fileSystem, source, superOptions), (mount.FileSystem, mount.Source, mount.SuperOptions));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_come_back_as_they_were()
    {
        MountInfoFile? mount = MountInfoFile.ParseLine([.. "1 2 0:3 / /a"u8, 0xff, .. "\\377 rw - tmpfs t rw"u8]);
        Assert.Equal([.. "/a"u8, 0xff, 0xff], SurrogateEscape.Encode(mount!.MountPoint));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("/dev/root / ext3 rw 0 0")]
    [InlineData("36 35 98:0 / /mnt2 rw,noatime master:1")]
    [InlineData("36 35 98:0 / /mnt2 rw master:1 -")]
    [InlineData("36 35 98:0 / /mnt2 rw master:1 - ")]
    [InlineData("36 35 98 / /mnt2 rw - tmpfs t rw")]
    [InlineData("36 35 98:x / /mnt2 rw - tmpfs t rw")]
    [InlineData("36 35 98:0x / /mnt2 rw - tmpfs t rw")]
    [InlineData("36 x 98:0 / /mnt2 rw - tmpfs t rw")]
    [InlineData("99999999999 35 98:0 / /mnt2 rw - tmpfs t rw")]
    [InlineData("36 35 98:0 /")]
    [InlineData("36 35 98:0 /  rw - tmpfs t rw")]
    public void Line_that_is_none_is_passed_over(string line)
    {
        Assert.Null(MountInfoFile.ParseLine(Encoding.UTF8.GetBytes(line)));
        Assert.Equal(7, Assert.Single(MountInfoFile.Parse(Encoding.UTF8.GetBytes($"{line}\n7 1 0:9 / /a rw - tmpfs t rw\n"))).Id);
    }

    [Fact]
    public void What_the_kernel_lists_is_read_whole()
    {
        byte[] text = File.ReadAllBytes("/proc/self/mountinfo");
        List<MountInfoFile> parsed = MountInfoFile.Parse(text);
        List<MountInfoFile> read = MountInfoFile.Read(FileDescriptor.WorkingDirectory.Open("/proc/self/mountinfo\0"u8), out int error);

        Assert.Equal(text.Count(b => b == '\n'), parsed.Count);
        Assert.Equal(0, error);
        Assert.Equal(parsed.Select(mount => (mount.Id, mount.ParentId, mount.MountPoint, mount.FileSystem)), read.Select(mount => (mount.Id, mount.ParentId, mount.MountPoint, mount.FileSystem)));
        Assert.Equal(parsed.Where(IsTmpfs).Select(mount => mount.SuperOptions), read.Where(IsTmpfs).Select(mount => mount.SuperOptions));
    }

    private static bool IsTmpfs(MountInfoFile mount) => mount.FileSystem == "tmpfs";
}
