using System.Globalization;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Filters;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>
/// A process that was listed while it still ran what it was forked with, and executes a program before it is
/// read: its address space may have been its parent's (vfork), so it is begun anew, and not given up.
/// </summary>
[Collection(StagedCollection.Name)]
public sealed class ExecutedMeanwhileTests
{
    [Theory]
    [InlineData(PagemapMode.Auto)]
    [InlineData(PagemapMode.Plain)]
    public void Program_executed_between_listing_and_reading(PagemapMode mode)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Not tested: scanning needs root.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-exec-");
        try
        {
            string signal = Path.Combine(folder.FullName, "go");
            using var shell = new StagedProcess("(until [ -e \"$1\" ]; do :; done; exec sleep 1000) & echo $!; echo ready; wait", signal);
            int child = int.Parse(shell.Lines[0], CultureInfo.InvariantCulture);
            using MemScan scan = MemScan.Begin(new ScanOptions { PagemapMode = mode });
            MemProcess process = scan.Table.Processes.Single(process => process.Id == child);
            Assert.False(process.HasExecuted);
            File.WriteAllText(signal, string.Empty);
            string comm = string.Create(CultureInfo.InvariantCulture, $"/proc/{child}/comm");
            Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(comm) == "sleep\n", TimeSpan.FromSeconds(30)));

            ScanResult result = scan.Run([process], [new ProcessSplit()]);

            Assert.Equal(1, result.Scanned);
            Assert.Equal(IndependentCount.Read(child).Frames.Count * (long)IndependentCount.PageSize, Assert.Single(result.Reports[0].Groups).MemRss);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
