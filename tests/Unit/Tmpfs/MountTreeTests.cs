using System.Text;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Unit.Tmpfs;

/// <summary>What hides a tmpfs, told from the kernel's list alone: nothing that may not answer is asked.</summary>
[Beside(Company.Everybody)]
public class MountTreeTests
{
    private const int MostMounts = 131_072;

    [Theory]
    [InlineData("nothing in the way", "2 1 0:9 / /a rw - tmpfs t rw", 2, null)]
    [InlineData("one on top", "2 1 0:9 / /a rw - tmpfs t rw\n3 2 0:10 / /a rw - nfs4 s:/ rw", 2, 3)]
    [InlineData("two on top", "2 1 0:9 / /a rw - tmpfs t rw\n3 2 0:10 / /a rw - ext4 s rw\n4 3 0:11 / /a rw - xfs s rw", 2, 3)]
    [InlineData("the one on top itself", "2 1 0:9 / /a rw - tmpfs t rw\n3 2 0:10 / /a rw - tmpfs t rw", 3, null)]
    [InlineData("below it is no hindrance", "2 1 0:9 / /a rw - tmpfs t rw\n3 2 0:10 / /a/b rw - ext4 s rw", 2, null)]
    [InlineData("a folder above", "2 1 0:9 / /a/b/c rw - tmpfs t rw\n3 1 0:10 / /a/b rw - nfs4 s:/ rw", 2, 3)]
    [InlineData("a folder with a name that begins alike", "2 1 0:9 / /a/bc rw - tmpfs t rw\n3 1 0:10 / /a/b rw - ext4 s rw", 2, null)]
    [InlineData("a folder above, which it is mounted in", "2 1 0:9 / /a rw - ext4 t rw\n3 2 0:10 / /a/b rw - tmpfs s rw", 3, null)]
    [InlineData("its parent is covered", "2 1 0:9 / /a rw - ext4 t rw\n3 2 0:10 / /a/b rw - tmpfs s rw\n4 2 0:11 / /a rw - nfs s rw", 3, 4)]
    [InlineData("its parent's parent is covered", "2 1 0:9 / /a/b rw - ext4 t rw\n3 2 0:10 / /a/b/c rw - tmpfs s rw\n4 1 0:11 / /a rw - nfs s rw", 3, 4)]
    [InlineData("a new root hides nothing from the old", "2 1 0:9 / /a rw - tmpfs t rw\n3 1 0:10 / / rw - ext4 s rw", 2, null)]
    [InlineData("mounts in a circle", "2 3 0:9 / /a rw - tmpfs t rw\n3 2 0:10 / /b rw - ext4 s rw", 2, null)]
    [InlineData("a mount on itself", "2 2 0:9 / /a rw - tmpfs t rw", 2, null)]
    public void Cover(string name, string lines, int asked, int? cover)
    {
        Assert.NotEmpty(name);
        List<MountInfoFile> mounts = MountInfoFile.Parse(Encoding.UTF8.GetBytes("1 0 254:0 / / rw - ext4 /dev/vda rw\n" + lines));
        Assert.Equal(cover, new MountTree(mounts).CoverOf(mounts.Single(mount => mount.Id == asked))?.Id);
    }

    [Theory]
    [InlineData("nfs4", true)]
    [InlineData("fuse.sshfs", true)]
    [InlineData("fuseblk", true)]
    [InlineData("ext4", false)]
    [InlineData("fusectl", false)]
    public void File_systems_that_may_never_answer_are_known(string fileSystem, bool doubtful)
    {
        List<MountInfoFile> mounts = MountInfoFile.Parse(Encoding.UTF8.GetBytes($"1 0 254:0 / / rw - ext4 /dev/vda rw\n2 1 0:8 / /n rw - {fileSystem} s rw\n3 2 0:9 / /n/d rw - ext4 t rw\n4 3 0:10 / /n/d/t rw - tmpfs t rw"));
        Assert.Equal(doubtful ? 2 : null, new MountTree(mounts).DoubtfulParentOf(mounts[3])?.Id);
        Assert.Null(new MountTree(mounts).DoubtfulParentOf(mounts[1]));
    }

    [Theory]
    [InlineData("on one parent")]
    [InlineData("on each other")]
    [InlineData("beside each other, one above the next")]
    public void As_many_mounts_as_are_read_take_as_many_steps_and_can_be_stopped(string how)
    {
        List<MountInfoFile> mounts = MountInfoFile.Parse(Encoding.UTF8.GetBytes("1 0 254:0 / / rw - ext4 /dev/vda rw\n" + string.Concat(Enumerable.Range(2, MostMounts - 1).Select(i => how switch
        {
            "on one parent" => $"{i} 1 0:27 / /m/a{i} rw - tmpfs t rw\n",
            "on each other" => $"{i} {i - 1} 0:27 / /m/a{i} rw - tmpfs t rw\n",
            _ => $"{i} 1 0:27 / {string.Concat(Enumerable.Repeat("/m", 2 + (i % 9)))} rw - tmpfs t rw\n",
        }))));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var tree = new MountTree(mounts, stop.Token);

        foreach (MountInfoFile mount in mounts)
        {
            stop.Token.ThrowIfCancellationRequested();
            _ = tree.CoverOf(mount);
            _ = tree.DoubtfulParentOf(mount);
        }

        Assert.InRange(tree.Steps, MostMounts, 20L * MostMounts);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => new MountTree(mounts, stop.Token));
        Assert.Throws<OperationCanceledException>(() => mounts.ForEach(mount => tree.CoverOf(mount)));
    }

    [Fact]
    public void More_mounts_than_any_machine_has_are_refused_in_words()
    {
        using var copy = new Fixtures.ProcCopy();
        copy.Add(10);
        copy.Write("1/mountinfo", string.Concat(Enumerable.Range(2, MostMounts + 2).Select(i => $"{i} 1 0:27 / /m rw - tmpfs t rw\n")));
        using Machine machine = Machine.Open(copy.Root);

        LinuxMemException refused = Assert.Throws<LinuxMemException>(() => TmpfsTable.List(machine, TestContext.Current.CancellationToken));

        Assert.Equal(LinuxMemError.SystemError, refused.Kind);
        Assert.Contains("has more than 131,072 lines", refused.Message, StringComparison.Ordinal);
    }
}
