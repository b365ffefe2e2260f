using LinuxMem.Engine.Snapshots;

namespace LinuxMem.Unit.Snapshots;

/// <summary>The file of a snapshot is whole or not there, on file systems that have files without a name and on others.</summary>
[Beside(Company.Sessions)]
public sealed class WholeFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-file-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Until_it_is_whole_it_has_no_name()
    {
        using WholeFile file = WholeFile.Create(Target, force: false);
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
        using (WholeFile file = WholeFile.Create(Target, force: false, unnamed))
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
        using (WholeFile file = WholeFile.Create(Target, force: false, unnamed))
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
        using (WholeFile file = WholeFile.Create(Target, force: false, unnamed))
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
        using (WholeFile file = WholeFile.Create(Target, force: false, unnamed))
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
        using (WholeFile file = WholeFile.Create(Target, force: true, unnamed))
        {
            file.Stream.Write("abc"u8);
            File.CreateSymbolicLink(Target, victim);
            file.Commit();
        }

        Assert.Equal(("abc", "precious"), (File.ReadAllText(Target), File.ReadAllText(victim)));
        Assert.Null(new FileInfo(Target).LinkTarget);
        Assert.Equal(["target", "victim"], Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_somebody_puts_in_its_place_does_not_pass_for_it(bool force)
    {
        LinuxMemException error;
        using (WholeFile file = WholeFile.Create(Target, force, unnamed: false))
        {
            file.Stream.Write("abc"u8);
            string passing = Path.Combine(folder, Assert.Single(Names()));
            File.Delete(passing);
            File.WriteAllText(passing, "forged");

            error = Assert.Throws<LinuxMemException>(() => file.Commit());
        }

        Assert.Equal(LinuxMemError.FileNotWritten, error.Kind);
        Assert.Contains($"'{Target}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("exchanged", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".part", Assert.Single(Names()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_exchanges_it_all_the_time_is_found_out(bool unnamed)
    {
        bool stop = false;
        Task exchange = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                foreach (string passing in Directory.GetFiles(folder, "*.part"))
                {
                    File.WriteAllText(Path.Combine(folder, "forged"), "forged");
                    try
                    {
                        File.Move(Path.Combine(folder, "forged"), passing, overwrite: true);
                    }
                    catch (IOException)
                    {
                        // It has its name already.
                    }
                }
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            int whole = 0;
            for (int i = 0; i < 300; i++)
            {
                using WholeFile file = WholeFile.Create(Target, force: true, unnamed);
                file.Stream.Write("abc"u8);
                if (Record.Exception(() => file.Commit()) is not Exception e)
                {
                    Assert.Equal("abc", File.ReadAllText(Target));
                    whole++;
                }
                else
                {
                    Assert.Contains("exchanged", Assert.IsType<LinuxMemException>(e).Message, StringComparison.Ordinal);
                }
            }

            Assert.InRange(whole, 0, 300);
        }
        finally
        {
            Volatile.Write(ref stop, true);
            await exchange;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_is_written_to_the_folder_that_was_opened(bool unnamed)
    {
        string place = Path.Combine(folder, "place");
        Directory.CreateDirectory(place);
        using (WholeFile file = WholeFile.Create(Path.Combine(place, "target"), force: false, unnamed))
        {
            file.Stream.Write("abc"u8);
            Directory.Move(place, place + "-moved");
            Directory.CreateDirectory(place);
            File.WriteAllText(Path.Combine(place, "target"), "precious");
            file.Commit();
        }

        Assert.Equal("precious", File.ReadAllText(Path.Combine(place, "target")));
        Assert.Equal("abc", File.ReadAllText(Path.Combine(place + "-moved", "target")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void In_a_folder_for_everyone_names_that_others_have_planted_do_no_harm(bool unnamed)
    {
        File.SetUnixFileMode(folder, (UnixFileMode)0x3ff);
        string victim = Path.Combine(folder, "victim");
        File.WriteAllText(victim, "precious");
        Staging.Command.Run("ln", victim, Target);
        using (WholeFile refused = WholeFile.Create(Path.Combine(folder, "other"), force: false, unnamed))
        {
            Assert.Equal(LinuxMemError.FileExists, Assert.Throws<LinuxMemException>(() => WholeFile.Create(Target, force: false, unnamed)).Kind);
        }

        using (WholeFile file = WholeFile.Create(Target, force: true, unnamed))
        {
            file.Stream.Write("abc"u8);
            file.Commit();
        }

        Assert.Equal(("abc", "precious"), (File.ReadAllText(Target), File.ReadAllText(victim)));
        File.Delete(Target);
        Staging.Command.Run("mkfifo", Target);
        Assert.Equal(LinuxMemError.FileExists, Assert.Throws<LinuxMemException>(() => WholeFile.Create(Target, force: true, unnamed)).Kind);
        Assert.Equal(["target", "victim"], Names());
    }

    private string Target => Path.Combine(folder, "target");

    private string[] Names() => [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
