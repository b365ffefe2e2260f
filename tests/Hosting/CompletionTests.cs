using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;

namespace LinuxMem.Hosting;

/// <summary>Tab before processes that say endlessly much of themselves.</summary>
public sealed class CompletionTests : IDisposable
{
    private const int Processes = 10;
    private readonly string tree = Directory.CreateTempSubdirectory("linuxmem-tab-").FullName;

    public void Dispose() => Directory.Delete(tree, recursive: true);

    [Theory]
    [InlineData("Get-MemGroup -ProcRoot {0} -SplitEnv ")]
    [InlineData("Get-MemGroup -ProcRoot {0} -Filter 'env_k(")]
    public void NamesOfTinyVariablesWithoutEndTakeLittleMemory(string line)
    {
        string tiny = string.Concat(Enumerable.Range(0, 200_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i:x}=\0")));
        Stage(cmdline: "fixture\0", environ: "ORACLE_SID=DB1\0" + tiny);

        Collection<PSObject> offered = Complete(line, out long allocated);

        Assert.InRange(offered.Count, 1, 500);
        Assert.InRange(allocated, 0, 200L << 20);
    }

    [Theory]
    [InlineData("Get-MemGroup -ProcRoot {0} -Filter 'cmdline(")]
    [InlineData("Get-MemGroup -ProcRoot {0} -SplitPid ")]
    public void EndlessCommandLinesAreNotOfferedWhole(string line)
    {
        Stage(cmdline: new string('a', 4 << 20) + "\0", environ: "");

        Collection<PSObject> offered = Complete(line, out long allocated);

        Assert.All(offered, one =>
        {
            var result = (CompletionResult)one.BaseObject;
            Assert.InRange(result.CompletionText.Length, 1, 1100);
            Assert.InRange(result.ListItemText.Length, 1, 201);
            Assert.InRange(result.ToolTip.Length, 1, 201);
        });
        Assert.InRange(allocated, 0, 200L << 20);
    }

    private void Stage(string cmdline, string environ)
    {
        foreach (int pid in Enumerable.Range(1, Processes))
        {
            string folder = Directory.CreateDirectory(Path.Combine(tree, pid.ToString(CultureInfo.InvariantCulture))).FullName;
            File.WriteAllText(Path.Combine(folder, "stat"), string.Create(CultureInfo.InvariantCulture, $"{pid} (fixture) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 {pid * 100} 409600 10 1\n"));
            File.WriteAllText(Path.Combine(folder, "status"), "Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
            File.WriteAllText(Path.Combine(folder, "cmdline"), cmdline);
            File.WriteAllText(Path.Combine(folder, "environ"), environ);
        }
    }

    private Collection<PSObject> Complete(string line, out long allocated)
    {
        using var shell = new HostedShell();
        string typed = string.Format(CultureInfo.InvariantCulture, line, tree).Replace("'", "''", StringComparison.Ordinal);
        shell.Run("(TabExpansion2 'Get-MemGroup -SplitUid' 20).CompletionMatches");
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Collection<PSObject> offered = shell.Run($"$l = '{typed}'; (TabExpansion2 $l $l.Length).CompletionMatches");
        allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        return offered;
    }
}
