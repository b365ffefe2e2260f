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
