using System.Management.Automation;

namespace LinuxMem.Hosting;

/// <summary>Every error is a record with an id, a category and a target, and names what is wrong.</summary>
public sealed class ErrorRecordTests
{
    [Theory]
    [InlineData("Get-MemGroup -Filter 'comm(('", "InvalidFilter", "ParserError", "GetMemGroup", "comm((")]
    [InlineData("Get-MemGroup -ProcRoot /etc", "NotProc", "InvalidArgument", "GetMemGroup", "/etc")]
    [InlineData("Get-MemProcess -Id 2147483647 -ListOnly", "ProcessNotFound", "ObjectNotFound", "GetMemProcess", "2147483647")]
    [InlineData("Get-ShmSegment -ShmId 2147483647", "SegmentNotFound", "ObjectNotFound", "GetShmSegment", "2147483647")]
    [InlineData("Get-Tmpfs -MountPoint /no/such/mount", "MountPointNotFound", "ObjectNotFound", "GetTmpfs", "/no/such/mount")]
    [InlineData("Get-MemCgroup -Name no-such-group -SkipScan", "CgroupNotFound", "ObjectNotFound", "GetMemCgroup", "no-such-group")]
    [InlineData("Get-SharedMemory -Name /no/such/object", "SharedMemoryNotFound", "ObjectNotFound", "GetSharedMemory", "/no/such/object")]
    [InlineData("Get-OracleInstance -Sid NOSUCHSID", "ProcessNotFound", "ObjectNotFound", "GetOracleInstance", "NOSUCHSID")]
    public void ErrorHasIdCategoryAndTarget(string line, string id, string category, string command, string target)
    {
        using var shell = new HostedShell();
        ErrorRecord error = shell.Error(line);
        Assert.Equal($"{id},LinuxMem.PowerShell.Commands.{command}Command", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category.ToString());
        Assert.Equal(target, error.TargetObject?.ToString());
        // A filter is shown under its message, with a mark at the place.
        Assert.Contains(target, error + error.ErrorDetails?.RecommendedAction, StringComparison.Ordinal);
        Assert.IsAssignableFrom<LinuxMemException>(error.Exception);
    }

    [Fact]
    public void MissingProcessDoesNotKeepOthersBack()
    {
        using var shell = new HostedShell();
        using System.Management.Automation.PowerShell pipeline = shell.Pipeline();
        PSObject process = Assert.Single(pipeline.AddScript($"Get-MemProcess -Id {Environment.ProcessId}, 2147483647 -ListOnly").Invoke());
        Assert.Equal(Environment.ProcessId, process.Properties["Id"].Value);
        Assert.Single(pipeline.Streams.Error);
    }

    [Fact]
    public void CommandsElsewhereThanOnLinuxSaySo()
    {
        using var shell = new HostedShell();
        using System.Management.Automation.PowerShell pipeline = shell.Pipeline();
        PowerShell.Import.SupportedSystem.PretendedSystem = "Windows 11";
        try
        {
            Exception error = Record.Exception(() => pipeline.AddScript("Get-Tmpfs").Invoke()) ?? Assert.Single(pipeline.Streams.Error).Exception;
            Assert.StartsWith("Get-Tmpfs reads /proc, which Windows 11 does not have. ", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            PowerShell.Import.SupportedSystem.PretendedSystem = null;
        }
    }
}
