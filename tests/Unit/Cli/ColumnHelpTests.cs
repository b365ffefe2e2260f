namespace LinuxMem.Unit.Cli;

/// <summary>The help of a command tells what its columns mean.</summary>
[Beside(Company.Sessions)]
public sealed class ColumnHelpTests
{
    [Theory]
    [InlineData("groups", "mem_freed", "Memory that comes back when it ends in good order.")]
    [InlineData("processes", "page_tables", "Page tables of its processes.")]
    [InlineData("mappings", "mem_held", "All memory that it holds")]
    [InlineData("shared", "holders", "Processes that hold the object.")]
    [InlineData("machine", "in_groups", "What processes hold of that part.")]
    [InlineData("cgroups", "left", "What may still be charged before a limit is reached")]
    [InlineData("tmpfs", "fs_used", "Used of the tmpfs.")]
    [InlineData("shm", "nattch", "How often the SysV segment is attached.")]
    public void Each_command_tells_what_its_columns_mean(string command, string column, string meaning)
    {
        Outcome outcome = LinuxMemCommand.Run(command, "--help");

        Assert.Equal(0, outcome.ExitCode);
        string line = Assert.Single(outcome.Output.Split('\n'), line => line.StartsWith($"  {column} ", StringComparison.Ordinal));
        Assert.Contains(meaning, line, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split("Columns (")[1].Split('\n'), one => Assert.InRange(one.Length, 0, 80));
    }

    [Fact]
    public void Processes_of_a_name_are_shown_and_a_name_that_none_bears_is_told()
    {
        using var sleep = new Sleeper([]);

        Outcome found = LinuxMemCommand.Run("processes", "-l", "SLEE?", "-o", "csv");
        Outcome none = LinuxMemCommand.Run("processes", "-l", "nosuchname");

        Assert.Contains($"\n{sleep.Id},", found.Output, StringComparison.Ordinal);
        Assert.DoesNotContain($"\n{Environment.ProcessId},", found.Output, StringComparison.Ordinal);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("There is no process of the name 'nosuchname'", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mount_is_found_by_its_place()
    {
        Outcome found = LinuxMemCommand.Run("tmpfs", "--mount-point", "/dev/shm", "-o", "csv");
        Outcome none = LinuxMemCommand.Run("tmpfs", "--mount-point", "/no/such/place");

        Assert.All(found.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1), line => Assert.StartsWith("/dev/shm,", line, StringComparison.Ordinal));
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("No tmpfs is mounted at '/no/such/place'", none.Error, StringComparison.Ordinal);
    }
}
