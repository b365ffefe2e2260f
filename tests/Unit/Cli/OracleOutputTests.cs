using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Cli;

[Beside(Company.Everybody)]
public class OracleOutputTests
{
    [Fact]
    public void Without_an_instance_the_table_has_its_headings_as_those_of_other_commands()
    {
        using var copy = new ProcCopy();
        copy.Add(20);

        string[] lines = LinuxMemCommand.Run("oracle", "--proc-root", copy.Root).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(4, lines.Length);
        Assert.Equal(["sid", "sga", "pga", "processes", "large_pages", "mem_held", "status"], lines[1].Trim('│').Split('│').Select(cell => cell.Trim()));
    }
}
