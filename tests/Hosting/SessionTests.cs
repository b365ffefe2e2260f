using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace LinuxMem.Hosting;

/// <summary>Stopping a command, and sessions beside each other.</summary>
public sealed class SessionTests
{
    [Fact]
    public void StopEndsAScanAndTheSessionGoesOn()
    {
        using var shell = new HostedShell();
        using System.Management.Automation.PowerShell endless = shell.Pipeline();
        // The filter is asked in the middle of the scan, and stays there until the command is stopped.
        using var reached = new ManualResetEventSlim();
        endless.AddScript("param($reached) Get-MemGroup -Filter { $reached.Set(); while ($true) { } }").AddArgument(reached);
        IAsyncResult run = endless.BeginInvoke();
        Assert.True(reached.Wait(TimeSpan.FromMinutes(1)), "the scan has not begun");
        endless.Stop();
        Assert.Equal(PSInvocationState.Stopped, endless.InvocationStateInfo.State);
        Assert.Throws<PipelineStoppedException>(() => endless.EndInvoke(run));
        Assert.Single(shell.Run($"Get-MemProcess -Id {Environment.ProcessId} -ListOnly"));
    }

    [Fact]
    public void StoppedScansLeaveNothingBehind()
    {
        using var shell = new HostedShell();
        StopInTheMiddle(shell);
        int before = OpenProcFiles();
        for (int i = 0; i < 20; i++)
        {
            StopInTheMiddle(shell);
        }

        Assert.Equal(before, OpenProcFiles());
    }

    [Fact]
    public void RunspacesOfAPoolScanAtTheSameTime()
    {
        using RunspacePool pool = RunspaceFactory.CreateRunspacePool(HostedShell.WithModule());
        pool.SetMaxRunspaces(4);
        pool.Open();
        var runs = Enumerable.Range(0, 12).Select(_ =>
        {
            var shell = System.Management.Automation.PowerShell.Create();
            shell.RunspacePool = pool;
            shell.AddScript($"(Get-MemGroup -Filter 'pid({Environment.ProcessId})' | Sort mem_uss).mem_rss");
            return (Shell: shell, Run: shell.BeginInvoke());
        }).ToList();
        foreach ((System.Management.Automation.PowerShell shell, IAsyncResult run) in runs)
        {
            using (shell)
            {
                PSDataCollection<PSObject> output = shell.EndInvoke(run);
                Assert.Empty(shell.Streams.Error);
                Assert.True(Convert.ToInt64(Assert.Single(output).BaseObject) > 0);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheModuleExtendsTypesOnceAlsoInAPowerShellThatIsBuiltOtherwise(bool isOther)
    {
        PowerShell.Import.RunningSession.IsPretendedOther = isOther;
        try
        {
            using var shell = new HostedShell();
            string path = typeof(PowerShell.Commands.GetMemGroupCommand).Assembly.Location;
            string[] text = [.. shell.Run($$"""
                $group = Get-MemGroup -Filter 'pid({{Environment.ProcessId}})' | Sort mem_uss
                $group.mem_rss -eq $group.MemRss
                # Shown after something else, by the scripts of properties.
                ('one', $group | Out-String) -match 'mem_rss +: \d+\.\d\d [KMG]iB'
                Import-Module '{{path}}' -Force
                (Get-TypeData LinuxMem.MemGroup).Members['mem_rss'].ReferencedMemberName
                $ExecutionContext.InvokeCommand.CommandNotFoundAction.GetInvocationList().Count
                Update-TypeData -TypeName LinuxMem.Other -MemberType NoteProperty -MemberName One -Value 1
                Update-TypeData -PrependPath @()
                (Get-TypeData Deserialized.LinuxMem.MemFit).Members.Count -gt 0
                [runspace]::DefaultRunspace.InitialSessionState.Types.Where({ $_.TypeData.TypeName -eq 'LinuxMem.MemGroup' -and -not $_.IsRemove }).Count
                Remove-Module LinuxMem.PS
                [bool](Get-TypeData LinuxMem.MemGroup)
                """).Select(line => line.ToString())];
            Assert.Equal(["True", "True", "MemRss", "1", "True", "2", "False"], text);
        }
        finally
        {
            PowerShell.Import.RunningSession.IsPretendedOther = false;
        }
    }

    [Fact]
    public void PowerShellHasWhatTheModuleTakesOfTheSession()
    {
        using var shell = new HostedShell();
        Runspace? before = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = shell.Runspace;
        try
        {
            Assert.NotNull(PowerShell.Import.RunningSession.Commands());
            Assert.True(PowerShell.Import.RunningSession.IsExtended("LinuxMem.MemGroup"));
            Assert.False(PowerShell.Import.RunningSession.IsExtended("LinuxMem.None"));
            Assert.True(PowerShell.Import.RunningSession.TryExtend([]));

            // Parsed late: no error yet.
            Assert.NotNull(PowerShell.Import.RunningSession.ScriptMaker()("("));
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }

    private static void StopInTheMiddle(HostedShell shell)
    {
        using System.Management.Automation.PowerShell endless = shell.Pipeline();
        using var reached = new ManualResetEventSlim();
        endless.AddScript("param($reached) Get-MemGroup -Filter { $reached.Set(); while ($true) { } }").AddArgument(reached);
        endless.BeginInvoke();
        Assert.True(reached.Wait(TimeSpan.FromMinutes(1)), "the scan has not begun");
        endless.Stop();
    }

    /// <summary>How many descriptors of this process are of files below /proc.</summary>
    private static int OpenProcFiles() =>
        Directory.GetFiles("/proc/self/fd").Count(fd => new FileInfo(fd).LinkTarget?.StartsWith("/proc/", StringComparison.Ordinal) == true);
}
