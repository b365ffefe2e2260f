using LinuxMem.Engine.Snapshots;

namespace LinuxMem.Unit.Snapshots;

/// <summary>The file of a snapshot is whole or not there, on file systems that have files without a name and on others.</summary>
public sealed class SnapshotFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-file-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Until_it_is_whole_it_has_no_name()
    {
        using SnapshotFile file = SnapshotFile.Create(Target, force: false);
        file.Stream.Write("abc"u8);
        file.Stream.Flush();
        Assert.SkipWhen(Names().Length == 1 && Names()[0].EndsWith(".part", StringComparison.Ordinal), "Not tested: this file system has no files without a name.");

        Assert.Empty(Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whole_it_has_its_name_and_nothing_else_is_there(bool unnamed)
    {
        using (SnapshotFile file = SnapshotFile.Create(Target, force: false, unnamed))
        {
            file.Stream.Write("abc"u8);
            file.Commit();
        }

        Assert.Equal(["target"], Names());
        Assert.Equal("abc", File.ReadAllText(Target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_given_up_leaves_nothing(bool unnamed)
    {
        using (SnapshotFile file = SnapshotFile.Create(Target, force: false, unnamed))
        {
            file.Stream.Write("abc"u8);
        }

        Assert.Empty(Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_is_cancelled_at_the_last_moment_gets_no_name(bool unnamed)
    {
        using (SnapshotFile file = SnapshotFile.Create(Target, force: false, unnamed))
        {
            file.Stream.Write("abc"u8);

            Assert.Throws<OperationCanceledException>(() => file.Commit(new CancellationToken(canceled: true)));
        }

        Assert.Empty(Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_got_its_name_meanwhile_is_not_replaced(bool unnamed)
    {
        using (SnapshotFile file = SnapshotFile.Create(Target, force: false, unnamed))
        {
            file.Stream.Write("abc"u8);
            File.WriteAllText(Target, "precious");

            Assert.Equal(LinuxMemError.FileExists, Assert.Throws<LinuxMemException>(() => file.Commit()).Kind);
        }

        Assert.Equal("precious", File.ReadAllText(Target));
        Assert.Equal(["target"], Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_force_it_is_and_a_link_is_not_followed(bool unnamed)
    {
        string victim = Path.Combine(folder, "victim");
        File.WriteAllText(victim, "precious");
        using (SnapshotFile file = SnapshotFile.Create(Target, force: true, unnamed))
        {
            file.Stream.Write("abc"u8);
            File.CreateSymbolicLink(Target, victim);
            file.Commit();
        }

        Assert.Equal(("abc", "precious"), (File.ReadAllText(Target), File.ReadAllText(victim)));
        Assert.Null(new FileInfo(Target).LinkTarget);
        Assert.Equal(["target", "victim"], Names());
    }

    private string Target => Path.Combine(folder, "target");

    private string[] Names() => [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
