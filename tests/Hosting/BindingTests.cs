using System.Management.Automation;

namespace LinuxMem.Hosting;

/// <summary>Parameter sets and what the pipeline binds to.</summary>
public sealed class BindingTests
{
    [Theory]
    [InlineData("Get-MemProcess", "Id Name")]
    [InlineData("Get-MemGroup", "__AllParameterSets")]
    public void CommandHasItsParameterSets(string command, string sets)
    {
        using var shell = new HostedShell();
        object[] names = [.. shell.Run($"(Get-Command {command}).ParameterSets.Name").Select(name => name.BaseObject)];
        Assert.Equal(sets.Split(' ').Order(), names.Cast<string>().Order());
    }

    [Fact]
    public void NameAndIdExcludeEachOther()
    {
        using var shell = new HostedShell();
        ErrorRecord error = shell.Error("Get-MemProcess -Name x -Id 1 -ListOnly");
        Assert.Equal("AmbiguousParameterSet,LinuxMem.PowerShell.Commands.GetMemProcessCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
    }

    [Theory]
    [InlineData("{0} | Get-MemProcess -ListOnly")]
    [InlineData("Get-Process -Id {0} | Get-MemProcess -ListOnly")]
    [InlineData("[pscustomobject]@{{ Id = {0} }} | Get-MemProcess -ListOnly")]
    [InlineData("[pscustomobject]@{{ Pid = {0} }} | Get-MemProcess -ListOnly")]
    [InlineData("Get-MemProcess -Pid {0} -ListOnly")]
    public void ProcessIdBinds(string line)
    {
        using var shell = new HostedShell();
        PSObject process = Assert.Single(shell.Run(string.Format(line, Environment.ProcessId)));
        Assert.Equal(Environment.ProcessId, process.Properties["Id"].Value);
    }

    [Fact]
    public void FiltersOfAllKindsBindToGroupsInTheirOrder()
    {
        using var shell = new HostedShell();
        string me = $"pid({Environment.ProcessId})";
        object[] splits = [.. shell.Run($"'{me}', {{ $false }} | Get-MemGroup -Filter '{me}' | ForEach-Object GroupName").Select(name => name.BaseObject)];
        Assert.Equal(me, splits[0]);
    }

    [Fact]
    public void ProcessesThroughThePipelineAreAGroupAgainstTheRest()
    {
        using var shell = new HostedShell();
        Assert.NotEmpty(shell.Run($"Get-Process -Id {Environment.ProcessId} | Get-MemGroup -Filter 'pid({Environment.ProcessId})'"));
        Assert.Empty(shell.Run("Get-Process -Name no-such-process* | Get-MemGroup"));
    }

    [Fact]
    public void EachSplitIsAReportOfItsOwnFromOneScan()
    {
        using var shell = new HostedShell();
        object[] reports = [.. shell.Run($"Get-MemGroup -SplitUid -SplitEnv PATH -SplitBy Comm -Filter 'pid({Environment.ProcessId})' | ForEach-Object Split | Select-Object -Unique").Select(split => split.BaseObject)];
        Assert.Equal(3, reports.Length);
    }
}
